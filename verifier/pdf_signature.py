"""The seal of a card's PDF: one PAdES signature with a timestamp, and the document timestamps behind it.

``verify_pdf_seal`` takes a PDF whose structure ``verifier.pdf_structure`` has passed, and establishes, in this order:

1. the CMS says each thing once: one signer, one certificate besides listed authorities', one timestamp, nothing more;
   every byte of it that is not signed is compared with what is (``cms``);
2. SHA-256 or stronger, RSA of at least 2048 bits or P-256;
3. the signature matches the file, and was made by the key of the certificate that it carries;
4. the timestamps prove when (``long_term``);
5. the seal's certificate was not revoked then, where the file carries evidence of it.

Who the certificate belongs to is not looked at here: the caller pins it to the trust list or to the registry at the
proved time. Steps 1 to 3 raise; step 4 gives either the proved time or the code of what keeps it from being proved,
except for a timestamp of something else, which is a forgery.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from cryptography import x509
from msgspec import Struct

from verifier.certificate import common_name, require_strong_key
from verifier.cms import DATA, Cms, known_certificate, read_cms, verify_cms
from verifier.der import encode_oid
from verifier.errors import MalformedInputError, SignatureInvalidError
from verifier.long_term import Anchors, ProvedTime, judge_seal_certificate, prove_time
from verifier.pdf_structure import PdfCard

_TIMESTAMP_TOKEN = encode_oid("1.2.840.113549.1.9.16.2.14")


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
    """Why no time is proved: ``timestamp_missing``, ``timestamp_not_trusted``, ``timestamp_certificate_ended``,
    ``timestamp_in_future``, ``timestamp_order_wrong``, ``timestamp_certificate_revoked``, ``evidence_missing``."""
    archived: bool = False
    """Whether document timestamps stand behind it: level B-LTA."""


def verify_pdf_seal(
    card: PdfCard,
    *,
    timestamp_authorities: Sequence[bytes],
    listed_certificates: Collection[bytes],
    roots: Sequence[bytes] = (),
    withdrawn_authorities: Mapping[bytes, datetime] = MappingProxyType({}),
    now: datetime,
) -> PdfSeal:
    """Verify the signature of a PDF.

    ``timestamp_authorities`` are DER certificates of the trust list that timestamps may lead to;
    ``listed_certificates`` are all certificates of the trust list: only these may accompany the signer's in the CMS;
    ``roots`` are the authorities among them; ``withdrawn_authorities`` are timestamp authorities with the moment since
    when nothing they sign counts.

    Raises:
        SignatureInvalidError: ``pdf_data_altered``, ``pdf_signature_wrong``, ``pdf_signature_malformed``,
            ``timestamp_of_something_else``.
        UntrustedKeyError: ``algorithm_sha1``, ``algorithm_md5``, ``key_too_weak``, ``key_kind_not_allowed``,
            ``certificate_revoked``.
    """
    try:
        withdrawn = tuple(withdrawn_authorities.items())
        anchors = Anchors(tuple(timestamp_authorities), frozenset(listed_certificates), withdrawn)
        return _verify(card, anchors, tuple(roots), now=now)
    except MalformedInputError as error:
        raise SignatureInvalidError("pdf_signature_malformed") from error


def _verify(card: PdfCard, anchors: Anchors, roots: tuple[bytes, ...], *, now: datetime) -> PdfSeal:
    # 1: every part once, nothing beside.
    cms = read_cms(card.cms, expected_content=DATA)
    token = _only_token(cms)
    if cms.content is not None or set(cms.certificates) - anchors.listed - {cms.certificate}:
        raise SignatureInvalidError("pdf_signature_malformed")
    # 2: strong enough.
    certificate: x509.Certificate = known_certificate(cms.certificate)
    require_strong_key(certificate)
    # 3: over this file, by this key.
    verify_cms(cms, content_digest=_digest(card, cms))
    # 4: when.
    proved = ProvedTime(None, None, "timestamp_missing")
    if token is not None:
        proved = prove_time(
            card.pdf, card.archive, seal_token=token, seal_signature=cms.signature, anchors=anchors, now=now
        )
    # 5: not revoked then.
    if card.archive and proved.at is not None:
        problem = judge_seal_certificate(
            cms.certificate, card.archive, embedded=cms.certificates, roots=roots, proved_at=proved.at
        )
        proved = proved if problem is None else ProvedTime(None, None, problem)
    return PdfSeal(
        certificate=cms.certificate,
        signer=common_name(certificate),
        claimed_at=card.claimed_at,
        proved_at=proved.at,
        timestamp_authority=proved.authority,
        time_problem=proved.problem,
        archived=bool(card.archive),
    )


def _only_token(cms: Cms) -> bytes | None:
    """The one unsigned attribute that a seal may have."""
    if not cms.unsigned_attributes:
        return None
    ((kind, value), *others) = cms.unsigned_attributes
    if others or kind != _TIMESTAMP_TOKEN:
        raise SignatureInvalidError("pdf_signature_malformed")
    return value


def _digest(card: PdfCard, cms: Cms) -> bytes:
    view = memoryview(card.pdf)
    start, end = card.hole
    digest = hashlib.new(cms.digest.name, view[:start])
    digest.update(view[end : card.sealed_end])
    return digest.digest()
