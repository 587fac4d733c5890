"""RSA keys that are the same on every run: primes found from a number that anybody can read here.

They protect nothing, as all keys of the vectors.
"""

import hashlib
from functools import cache

from cryptography.hazmat.primitives.asymmetric import rsa

_EXPONENT = 65_537


@cache
def fixed_rsa_key(number: int, bits: int) -> rsa.RSAPrivateKey:
    """RSA test key ``number``."""
    p, q = (_prime(f"hocba_vectors_only {number} {bits} {part}", bits // 2) for part in "pq")
    d = pow(_EXPONENT, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(_EXPONENT, p * q)
    dmp1, dmq1, iqmp = rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q)
    return rsa.RSAPrivateNumbers(p, q, d, dmp1, dmq1, iqmp, public).private_key()


def _prime(name: str, bits: int) -> int:
    """The first number of that size, from one that the name gives on, that is prime."""
    start = int.from_bytes(hashlib.shake_256(name.encode()).digest(bits // 8))
    start |= 1 | 3 << (bits - 2)  # odd, and so large that the product has all its bits
    return next(
        number
        for number in range(start, start + bits * 100, 2)
        if pow(2, number - 1, number) == 1 and pow(3, number - 1, number) == 1 and number % _EXPONENT != 1
    )
