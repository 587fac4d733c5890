"""The test vectors of WebAuthn Level 3, section 16, derived as that section says.

Every value that looks random is HKDF-SHA-256 of the text "WebAuthn test vectors", with the vector's name as info and
the number of the draw as salt; ECDSA is deterministic (RFC 6979). So the vectors can be made anew instead of being
copied, and ``test_webauthn_vectors`` holds some against what the standard prints. Attestation statements are made for
"none" and "packed" only: the other formats are refused by name before their statement is read.
"""

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.x509.oid import NameOID
from msgspec import Struct

RP_ID = "example.org"
ORIGIN = "https://example.org"
TOP_ORIGIN = "https://example.com"
_SEED = b"WebAuthn test vectors"
_USER_PRESENT, _USER_VERIFIED, _BACKUP_ELIGIBLE, _BACKED_UP, _ATTESTED = 0x01, 0x04, 0x08, 0x10, 0x40

Sign = Callable[[bytes], bytes]


class Ceremony(Struct, frozen=True):
    """An answer as a browser sends it, and the challenge that it answers."""

    challenge: bytes
    credential: dict[str, Any]


class Vector(Struct, frozen=True):
    """One subsection of section 16."""

    name: str
    registration: Ceremony
    authentication: Ceremony
    public_key: bytes
    """COSE key of the credential."""
    backup_eligible: bool


class _Draws:
    """The standard's own stream of values for one vector."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._next = 0

    def take(self, length: int) -> bytes:
        salt = bytes([self._next])
        self._next += 1
        return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=self._name.encode()).derive(_SEED)


def derive_vector(
    name: str,
    *,
    credential_id_bytes: int = 32,
    challenge_bytes: int = 32,
    cross_origin: bool = False,
    top: bool = False,
) -> Vector:
    """The vector whose values are derived with ``name``, such as ``none.ES256``."""
    draws = _Draws(name)
    registration_challenge = draws.take(challenge_bytes)
    sign, cose_key = _key_pair(name.split(".")[1], draws)
    client_data = _client_data("webauthn.create", registration_challenge, draws, cross_origin=cross_origin, top=top)
    aaguid, credential_id = draws.take(16), draws.take(credential_id_bytes)
    flags = _USER_PRESENT | _ATTESTED
    if not name.startswith("fido-u2f"):
        drawn = draws.take(1)[0] & (_USER_VERIFIED | _BACKUP_ELIGIBLE | _BACKED_UP)
        flags |= drawn if drawn & _BACKUP_ELIGIBLE else drawn & _USER_VERIFIED
    attested = aaguid + len(credential_id).to_bytes(2) + credential_id + cose_key
    authenticator_data = _authenticator_data(flags, attested)
    signed = authenticator_data + hashlib.sha256(client_data).digest()
    form, statement = _attestation(name, signed, sign, draws)
    attestation_object = cbor2.dumps({"fmt": form, "attStmt": statement, "authData": authenticator_data})
    registration = Ceremony(
        registration_challenge,
        _credential(credential_id, {"clientDataJSON": client_data, "attestationObject": attestation_object}),
    )

    challenge = draws.take(challenge_bytes)
    client_data = _client_data("webauthn.get", challenge, draws, cross_origin=cross_origin, top=top)
    eligible = flags & _BACKUP_ELIGIBLE
    drawn = draws.take(1)[0] & (_USER_VERIFIED | _BACKED_UP)
    drawn = drawn if eligible else drawn & _USER_VERIFIED
    authenticator_data = _authenticator_data(_USER_PRESENT | eligible | drawn, b"")
    signature = sign(authenticator_data + hashlib.sha256(client_data).digest())
    answer = {"clientDataJSON": client_data, "authenticatorData": authenticator_data, "signature": signature}
    authentication = Ceremony(challenge, _credential(credential_id, answer))
    return Vector(name, registration, authentication, cose_key, bool(eligible))


def _key_pair(algorithm: str, draws: _Draws) -> tuple[Sign, bytes]:
    match algorithm:
        case "ES256":
            return _ecdsa(draws.take(32), ec.SECP256R1(), hashes.SHA256(), alg=-7, crv=1)
        case "ES384":
            return _ecdsa(draws.take(48), ec.SECP384R1(), hashes.SHA384(), alg=-35, crv=2)
        case "ES512":
            return _ecdsa(draws.take(65), ec.SECP521R1(), hashes.SHA512(), alg=-36, crv=3)
        case "EdDSA":
            edwards = ed25519.Ed25519PrivateKey.from_private_bytes(draws.take(32))
            return edwards.sign, cbor2.dumps({1: 1, 3: -8, -1: 6, -2: edwards.public_key().public_bytes_raw()})
        case "Ed448":
            goldilocks = ed448.Ed448PrivateKey.from_private_bytes(draws.take(57))
            return goldilocks.sign, cbor2.dumps({1: 1, 3: -53, -1: 7, -2: goldilocks.public_key().public_bytes_raw()})
        case _:
            return _rsa()


def _ecdsa(
    secret: bytes, curve: ec.EllipticCurve, digest: hashes.HashAlgorithm, *, alg: int, crv: int
) -> tuple[Sign, bytes]:
    private_key = ec.derive_private_key(int.from_bytes(secret), curve)
    point = private_key.public_key().public_numbers()
    size = (curve.key_size + 7) // 8
    cose_key = cbor2.dumps({1: 2, 3: alg, -1: crv, -2: point.x.to_bytes(size), -3: point.y.to_bytes(size)})
    return lambda data: private_key.sign(data, ec.ECDSA(digest, deterministic_signing=True)), cose_key


def _rsa() -> tuple[Sign, bytes]:
    """Two Mersenne primes, so that anybody has the key."""
    p, q, e = 2**1279 - 1, 2**2203 - 1, 65537
    d = rsa.rsa_recover_private_exponent(e, p, q)
    private_key = rsa.RSAPrivateNumbers(
        p=p,
        q=q,
        d=d,
        dmp1=rsa.rsa_crt_dmp1(d, p),
        dmq1=rsa.rsa_crt_dmq1(d, q),
        iqmp=rsa.rsa_crt_iqmp(p, q),
        public_numbers=rsa.RSAPublicNumbers(e, p * q),
    ).private_key()
    modulus = (p * q).to_bytes(((p * q).bit_length() + 7) // 8)
    cose_key = cbor2.dumps({1: 3, 3: -257, -1: modulus, -2: e.to_bytes(3)})
    return lambda data: private_key.sign(data, padding.PKCS1v15(), hashes.SHA256()), cose_key


def _client_data(kind: str, challenge: bytes, draws: _Draws, *, cross_origin: bool, top: bool) -> bytes:
    members: dict[str, Any] = {
        "type": kind,
        "challenge": _base64url(challenge),
        "origin": ORIGIN,
        "crossOrigin": cross_origin,
    }
    has_extra_data = draws.take(1)[0] & 1
    if top:
        members["topOrigin"] = TOP_ORIGIN
    if has_extra_data:
        drawn = _base64url(draws.take(16))
        members["extraData"] = (
            f"clientDataJSON may be extended with additional fields in the future, such as this: {drawn}"
        )
    return json.dumps(members, separators=(",", ":")).encode()


def _authenticator_data(flags: int, attested: bytes) -> bytes:
    return hashlib.sha256(RP_ID.encode()).digest() + bytes([flags]) + bytes(4) + attested


def _attestation(name: str, signed: bytes, sign: Sign, draws: _Draws) -> tuple[str, dict[str, Any]]:
    form, _, _ = name.partition(".")
    if form == "none":
        return "none", {}
    if form == "packed-self":
        return "packed", {"alg": -7, "sig": sign(signed)}
    if form in {"android-key", "apple"}:
        draws.take(16)  # the certificate is for the credential's own key: only its serial number is drawn
        return form, {}
    authority, authority_key = _attestation_authority()
    key = ec.derive_private_key(int.from_bytes(draws.take(32)), ec.SECP256R1())
    certificate = _attestation_certificate(authority, authority_key, key, int.from_bytes(draws.take(16)))
    if form != "packed":
        return form, {}
    signature = key.sign(signed, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
    return "packed", {"alg": -7, "sig": signature, "x5c": [certificate.public_bytes(serialization.Encoding.DER)]}


def _attestation_authority() -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    draws = _Draws("Attestation CA")
    key = ec.derive_private_key(int.from_bytes(draws.take(32)), ec.SECP256R1())
    name = _name("Authenticator Attestation CA")
    builder = _builder(name, name, key, int.from_bytes(draws.take(16)), is_authority=True)
    return builder.sign(key, hashes.SHA256(), ecdsa_deterministic=True), key


def _attestation_certificate(
    authority: x509.Certificate, authority_key: ec.EllipticCurvePrivateKey, key: ec.EllipticCurvePrivateKey, serial: int
) -> x509.Certificate:
    builder = _builder(_name("Authenticator Attestation"), authority.subject, key, serial, is_authority=False)
    identifier = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    issuer = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier)
    return builder.add_extension(issuer, critical=False).sign(authority_key, hashes.SHA256(), ecdsa_deterministic=True)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, serial: int, *, is_authority: bool
) -> x509.CertificateBuilder:
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(datetime(2024, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(3024, 1, 1, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _name(unit: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, "WebAuthn test vectors"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "W3C"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit),
            x509.NameAttribute(NameOID.COUNTRY_NAME, "AA"),
        ]
    )


def _credential(credential_id: bytes, response: dict[str, bytes]) -> dict[str, Any]:
    named = _base64url(credential_id)
    encoded = {key: _base64url(value) for key, value in response.items()}
    return {"id": named, "rawId": named, "type": "public-key", "response": encoded}


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
