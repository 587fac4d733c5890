"""The small city of the verifier's tests with fixed keys: its PDFs are the same bytes on every run.

The keys are multiples of the number printed in ``city.py``; RSA is left out, since it cannot be made from a number.
"""

import datetime as dt
import functools
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from backend.signing.certified_key import raw_signature
from backend.signing.file_keys import FileCoseKey, FileSigningKey
from tests.vectors.city import _KEY_CONSTANT
from tests.verifier.authority import Authority, PrivateKey
from tests.verifier.small_city import SmallCity

SAMPLE_SCHOOLS = ("99000401", "99000502", "99000703")
"""Of ``sample_records``: one school of each level."""
_FIRST_KEY = 1_000
_DETERMINISTIC = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)


class _Numbers:
    """Numbers of keys and certificates, one after the other."""

    def __init__(self) -> None:
        self._last = _FIRST_KEY

    def next(self) -> int:
        self._last += 1
        return self._last


class _FixedKey(FileSigningKey):
    def sign(self, data: bytes) -> bytes:
        assert isinstance(self._private_key, ec.EllipticCurvePrivateKey)
        return self._private_key.sign(data, _DETERMINISTIC)


class _FixedCoseKey(FileCoseKey):
    def sign(self, data: bytes) -> bytes:
        return raw_signature(self._private_key.sign(data, _DETERMINISTIC))


class _FixedAuthority(Authority):
    def __init__(self, name: str, numbers: _Numbers) -> None:
        self._numbers = numbers
        super().__init__(name)

    def new_key(self, kind: str, bits: int) -> PrivateKey:  # noqa: ARG002 # always P-256
        return ec.derive_private_key(_KEY_CONSTANT * self._numbers.next(), ec.SECP256R1())

    def new_serial_number(self) -> int:
        return self._numbers.next()

    def keep(self, key: PrivateKey, certificate: x509.Certificate) -> FileSigningKey:
        return _FixedKey(key, certificate)


class FixedCity(SmallCity):
    """A city whose every byte can be made again, inside ``fixed_serial_numbers``."""

    def __init__(self) -> None:
        self._numbers = _Numbers()
        super().__init__()
        self.short_timestamp_key = self.timestamps.issue(
            "Dấu thời gian ngắn hạn", timestamping=True, until=self.issued_at + dt.timedelta(days=3)
        )
        self.short_seal = self.department.issue("Dấu học bạ ngắn hạn", until=self.issued_at + dt.timedelta(days=3))
        self.unlisted_timestamp_key = self.new_authority("CA không có trong danh sách").issue(
            "Dấu thời gian không có trong danh sách", timestamping=True
        )

    def new_authority(self, name: str) -> Authority:
        return _FixedAuthority(name, self._numbers)

    def keep_cose_key(self, key: PrivateKey, certificate: x509.Certificate | None) -> FileCoseKey:
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return _FixedCoseKey(key, certificate, kid=None if certificate else b"--------")


@contextmanager
def fixed_serial_numbers() -> Iterator[None]:
    """The demo timestamp authority numbers its tokens at random; here all have one number."""
    with mock.patch("backend.signing.demo_timestamp_server.secrets.randbits", return_value=1):
        yield


@functools.cache
def fixed_city() -> FixedCity:
    return FixedCity()
