"""The seal of a card's PDF: one PAdES signature with a timestamp. The only file that knows pyHanko's validation.

``verify_pdf_seal`` takes a PDF whose structure ``verifier.pdf_structure`` has passed, and establishes, in this order:

1. the CMS says each thing once: one signer, one certificate besides listed authorities', one timestamp, nothing more;
   what is not signed in it is compared with what is, so that no flipped bit goes unnoticed;
2. SHA-256 or stronger, RSA of at least 2048 bits or P-256;
3. the signature matches the file, and was made by the key of the certificate that it carries;
4. the timestamp was made over this signature, by an authority that the trust list names, valid at ``now``.

Who the certificate belongs to is not looked at here: the caller pins it to the trust list or to the registry at the
proved time. Steps 1 to 3 raise; step 4 gives either the proved time or the code of what keeps it from being proved,
except for a timestamp of something else, which is a forgery. Runs an event loop of its own: call it from a worker.
"""

import asyncio
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from asn1crypto import cms, core, parser
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from msgspec import Struct
from pyhanko.sign.ades.report import AdESIndeterminate, AdESSubIndic
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature, async_validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus, TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext

from verifier.certificate import common_name, holds_at, load_certificate, require_strong_key
from verifier.errors import MalformedInputError, SignatureInvalidError, UntrustedKeyError, VerifierError
from verifier.pdf_structure import PdfCard

CLOCK_TOLERANCE = timedelta(minutes=10)
"""Between a timestamp authority's clock and this computer's."""

_STRONG_DIGESTS = frozenset({"sha256", "sha384", "sha512"})
_CMS_VERSION, _TOKEN_VERSION, _SIGNER_VERSION = "v1", "v3", "v1"
_TIMESTAMP_ATTRIBUTE = "signature_time_stamp_token"
_ENDED = frozenset({AdESIndeterminate.OUT_OF_BOUNDS_NO_POE, AdESIndeterminate.EXPIRED})


class PdfSeal(Struct, frozen=True):
    """A seal that matches its file. Whether its key may seal cards is for the caller to say."""

    certificate: bytes
    """DER of the sealer's certificate."""
    signer: str | None
    """Common name in it."""
    claimed_at: datetime | None
    proved_at: datetime | None
    """Time of a valid timestamp; None if there is none."""
    timestamp_authority: str | None
    time_problem: str | None
    """Why no time is proved: ``timestamp_missing``, ``timestamp_not_trusted``, ``timestamp_certificate_ended`` or
    ``timestamp_in_future``."""


def verify_pdf_seal(
    card: PdfCard, *, timestamp_authorities: Sequence[bytes], listed_certificates: Collection[bytes], now: datetime
) -> PdfSeal:
    """Verify the signature of a PDF.

    ``timestamp_authorities`` are DER certificates of the trust list that timestamps may lead to;
    ``listed_certificates`` are all certificates of the trust list: only these may accompany the signer's in the CMS.

    Raises:
        SignatureInvalidError: ``pdf_data_altered``, ``pdf_signature_wrong``, ``pdf_signature_malformed``,
            ``timestamp_of_something_else``.
        UntrustedKeyError: ``algorithm_weak``, ``key_too_weak``, ``key_kind_not_allowed``.
    """
    try:
        return asyncio.run(_verify(card, timestamp_authorities, frozenset(listed_certificates), now))
    except (MalformedInputError, SignatureValidationError) as error:
        raise SignatureInvalidError("pdf_signature_malformed") from error
    except (VerifierError, MemoryError):
        raise
    except Exception as error:
        # Hostile ASN.1: a parser that expects one type and meets another raises any builtin exception.
        raise SignatureInvalidError("pdf_signature_malformed") from error


async def _verify(
    card: PdfCard, timestamp_authorities: Sequence[bytes], listed: frozenset[bytes], now: datetime
) -> PdfSeal:
    embedded = EmbeddedPdfSignature(card.reader, card.field, "")
    # 1: every part once, nothing beside.
    _require_filled(card.cms)
    signed_data = cms.ContentInfo.load(card.cms, strict=True)["content"]
    token = _timestamp_token(signed_data["signer_infos"][0])
    certificate = _only_certificate(signed_data, listed, version=_CMS_VERSION)
    # 2: strong enough.
    if embedded.md_algorithm not in _STRONG_DIGESTS:
        raise UntrustedKeyError("algorithm_weak", algorithm=embedded.md_algorithm)
    require_strong_key(certificate)
    # 3 and 4: pyHanko's arithmetic.
    status = await async_validate_pdf_signature(
        embedded,
        # The signer's own certificate as root: whom to trust is decided by pinning, not by this library.
        signer_validation_context=_context([embedded.signer_cert.dump()], now),
        ts_validation_context=_context(timestamp_authorities, now),
        skip_diff=True,  # the signature covers the whole file, so there is nothing to compare
    )
    _require_match(status)
    proved_at, authority, problem = _judge_timestamp(status.timestamp_validity, token, listed, now)
    return PdfSeal(
        certificate=embedded.signer_cert.dump(),
        signer=common_name(certificate),
        claimed_at=status.signer_reported_dt,
        proved_at=proved_at,
        timestamp_authority=authority,
        time_problem=problem,
    )


def _context(roots: Sequence[bytes], now: datetime) -> ValidationContext:
    return ValidationContext(
        trust_roots=[asn1_x509.Certificate.load(der) for der in roots], moment=now, allow_fetching=False
    )


def _timestamp_token(signer_info: Any) -> Any | None:  # noqa: ANN401  # asn1crypto has no types
    """The one unsigned attribute that a seal may have."""
    attributes = signer_info["unsigned_attrs"]
    if isinstance(attributes, core.Void):
        return None
    if (
        len(attributes) != 1
        or attributes[0]["type"].native != _TIMESTAMP_ATTRIBUTE
        or len(attributes[0]["values"]) != 1
    ):
        raise SignatureInvalidError("pdf_signature_malformed")
    return attributes[0]["values"][0]["content"]


def _only_certificate(signed_data: Any, listed: frozenset[bytes], *, version: str) -> x509.Certificate:  # noqa: ANN401  # asn1crypto ships no types
    """The signer's certificate, if everything unsigned in the CMS agrees with the signer's part of it."""
    (signer_info,) = signed_data["signer_infos"]
    digests = [algorithm.native for algorithm in signed_data["digest_algorithms"]]
    expected = (version, _SIGNER_VERSION, [signer_info["digest_algorithm"].native])
    if (signed_data["version"].native, signer_info["version"].native, digests) != expected:
        raise SignatureInvalidError("pdf_signature_malformed")
    if not isinstance(signed_data["crls"], core.Void) or signer_info["sid"].name != "issuer_and_serial_number":
        raise SignatureInvalidError("pdf_signature_malformed")
    certificates = [choice.chosen.dump() for choice in signed_data["certificates"] if choice.name == "certificate"]
    if len(certificates) != len(signed_data["certificates"]) or len(certificates) != len(set(certificates)):
        raise SignatureInvalidError("pdf_signature_malformed")
    own = [der for der in certificates if _names_certificate(signer_info["sid"].chosen, der)]
    strangers = [der for der in certificates if der not in listed and der not in own]
    if len(own) != 1 or strangers:
        raise SignatureInvalidError("pdf_signature_malformed")
    return load_certificate(own[0])


def _names_certificate(issuer_and_serial: Any, der: bytes) -> bool:  # noqa: ANN401  # asn1crypto has no types
    """Byte for byte: libraries compare names without regard to case, which would leave bits free."""
    certificate = asn1_x509.Certificate.load(der)
    same_serial = issuer_and_serial["serial_number"].native == certificate.serial_number
    return bool(same_serial and issuer_and_serial["issuer"].dump() == certificate.issuer.dump())


def _require_filled(der: bytes) -> None:
    """``ContentInfo`` holds its type and its content, and both lengths say just that (RFC 5652, section 3)."""
    outer = parser.parse(der, strict=True)[4]
    wrapped = outer[parser.peek(outer) :]
    content = parser.parse(wrapped, strict=True)[4]
    parser.parse(content, strict=True)


def _require_match(status: PdfSignatureStatus) -> None:
    if not status.intact:
        raise SignatureInvalidError("pdf_data_altered")
    if not status.valid:
        raise SignatureInvalidError("pdf_signature_wrong")
    if status.trust_problem_indic is AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE:
        raise UntrustedKeyError("algorithm_weak")
    if status.trust_problem_indic is not None:
        raise SignatureInvalidError("pdf_signature_malformed")


def _judge_timestamp(
    status: TimestampSignatureStatus | None,
    token: Any | None,  # noqa: ANN401  # asn1crypto has no types
    listed: frozenset[bytes],
    now: datetime,
) -> tuple[datetime | None, str | None, str | None]:
    """Proved time and authority, or the code of what is wrong with the timestamp."""
    if status is None or token is None:
        return None, None, "timestamp_missing"
    if not (status.intact and status.valid):
        raise SignatureInvalidError("timestamp_of_something_else")
    if status.trust_problem_indic is not None or status.md_algorithm not in _STRONG_DIGESTS:
        return None, None, _time_problem(status.trust_problem_indic)
    certificate = _only_certificate(token, listed | _path_of(status), version=_TOKEN_VERSION)
    if not isinstance(token["signer_infos"][0]["unsigned_attrs"], core.Void):
        raise SignatureInvalidError("pdf_signature_malformed")
    if not holds_at(certificate, now):
        return None, None, "timestamp_certificate_ended"
    proved_at = status.timestamp.astimezone(UTC)
    if proved_at > now + CLOCK_TOLERANCE:
        return None, None, "timestamp_in_future"
    return proved_at, common_name(certificate), None


def _path_of(status: TimestampSignatureStatus) -> frozenset[bytes]:
    """Certificates between the authority's and the listed root: each is signed by the next, so no bit is free."""
    path = status.validation_path
    return frozenset(
        () if path is None else (certificate.dump() for certificate in path.iter_certs(include_root=False))
    )


def _time_problem(indication: AdESSubIndic | None) -> str:
    return "timestamp_certificate_ended" if indication in _ENDED else "timestamp_not_trusted"
