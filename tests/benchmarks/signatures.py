"""What a signature step costs beside the raw signature, and beside the plain way with signxml.

Every figure is a median of rounds in which all ways take turns, so that a busy machine weighs on each alike.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from rich.console import Console
from rich.table import Table
from signxml.algorithms import CanonicalizationMethod, SignatureConstructionMethod, SignatureMethod
from signxml.signer import XMLSigner

from backend.demo.cards import cards_of
from backend.demo.transactions import unsigned_card
from backend.signing.file_keys import FileSigningKey
from backend.signing.keys import SigningKey
from backend.signing.pkcs11_keys import HsmSigningKey
from backend.signing.sign_xml import prepare_card_signature, sign_card
from tests.backend.soft_hsm import SoftHsm
from verifier.record.card_document import SignerRole

ROUNDS = 60
_NOW = datetime(2026, 5, 31, 3, 0, tzinfo=UTC)


def print_signatures(console: Console) -> None:
    """One row for each kind of key; the last columns are ratios within this run."""
    card = unsigned_card(next(iter(cards_of(1, 0))))
    table = Table(
        "XML signature by",
        "raw signature",
        "our step",
        "of it without the key",
        "plain signxml",
        "plain : ours",
        "without the key",
    )
    with tempfile.TemporaryDirectory() as folder:
        for name, key in _keys(Path(folder)):
            table.add_row(name, *_measure(card, key))
    console.print(table)
    console.print(f"a card of {len(card):,} bytes, the manager's signature; times in microseconds")


def plain_signature(card: bytes, key: SigningKey) -> bytes:
    """The plain way to the same content: parse, let signxml build and sign both references, serialise."""
    is_rsa = isinstance(key.certificate.public_key(), rsa.RSAPublicKey)
    signer = XMLSigner(
        method=SignatureConstructionMethod.detached,
        signature_algorithm=SignatureMethod.RSA_SHA256 if is_rsa else SignatureMethod.ECDSA_SHA256,
        c14n_algorithm=CanonicalizationMethod.CANONICAL_XML_1_0,
    )
    root = etree.fromstring(card)
    signing_time = etree.Element("SigningTime")
    signing_time.text = _NOW.isoformat()
    signature = signer.sign(
        root,
        key=cast("Any", _PlainKey(key)),
        cert=[key.certificate],
        reference_uri=["#data"],
        signature_properties=[signing_time],
    )
    root.append(signature)
    return etree.tostring(root)


class _PlainKey:
    """A key as signxml calls it."""

    def __init__(self, key: SigningKey) -> None:
        self._key = key
        self.key_size: int = cast("Any", key.certificate.public_key()).key_size

    def sign(self, data: bytes, **_padding: object) -> bytes:
        return self._key.sign(data)


def _keys(folder: Path) -> list[tuple[str, SigningKey]]:
    p256 = _certified(ec.generate_private_key(ec.SECP256R1()))
    rsa_2048 = _certified(rsa.generate_private_key(65537, 2048))
    hsm = SoftHsm(folder)
    hsm.add_key("rsa", rsa_2048._private_key)
    hsm.add_key("p256", p256._private_key)
    token = hsm.token()
    return [
        ("P-256 in memory", p256),
        ("RSA-2048 in memory", rsa_2048),
        ("P-256 through SoftHSM", HsmSigningKey(token, label="p256", certificates=[p256.certificate])),
        ("RSA-2048 through SoftHSM", HsmSigningKey(token, label="rsa", certificates=[rsa_2048.certificate])),
    ]


def _measure(card: bytes, key: SigningKey) -> tuple[str, ...]:
    prepared = prepare_card_signature(card, role=SignerRole.MANAGER, certificate=key.certificate, now=_NOW)
    value = key.sign(prepared.to_be_signed)

    def without_the_key() -> bytes:
        again = prepare_card_signature(card, role=SignerRole.MANAGER, certificate=key.certificate, now=_NOW)
        return again.finish(value)

    raw, ours, bare, plain = _microseconds(
        lambda: key.sign(prepared.to_be_signed),
        lambda: sign_card(card, role=SignerRole.MANAGER, key=key, now=_NOW),
        without_the_key,
        lambda: plain_signature(card, key),
    )
    return (
        f"{raw:,.0f}",
        f"{ours:,.0f}",
        f"{bare:,.0f}",
        f"{plain:,.0f}",
        f"{plain / ours:.1f}",
        f"{(plain - raw) / bare:.1f}",
    )


def _microseconds(*ways: Callable[[], object]) -> list[float]:
    times: list[list[float]] = [[] for _ in ways]
    for _ in range(ROUNDS):
        for way, taken in zip(ways, times, strict=True):
            began = time.perf_counter()
            way()
            taken.append(time.perf_counter() - began)
    return [statistics.median(taken) * 1_000_000 for taken in times]


def _certified(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> FileSigningKey:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Đo tốc độ")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_NOW)
        .not_valid_after(_NOW + timedelta(days=365))
        .sign(key, hashes.SHA256())
    )
    return FileSigningKey(key, certificate)


if __name__ == "__main__":
    print_signatures(Console())
