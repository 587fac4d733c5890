"""What is this card worth? One function for each form in which a card comes.

Every function takes bytes or text, the lists at hand and ``now``, does no I/O, and always returns a verdict: whatever
goes wrong on the way ends in one. They block, and parse what strangers made: services call them through
``verifier.worker``. The steps of each are numbered in its docstring; the first that cannot be taken ends the check.
"""

import logging
import traceback
from collections.abc import Callable
from datetime import datetime

from verifier.capsule import parse_capsule_text, verify_capsule
from verifier.check_steps import (
    check_capsule,
    check_key,
    check_seal,
    check_sealer,
    check_status,
    judge_signers,
    note_failure,
    only_capsule,
    printed_capsule,
    registered_name,
    require_agreement,
    require_trust,
)
from verifier.errors import LimitExceededError, MalformedInputError, SignatureInvalidError, VerifierError
from verifier.lists import Lists
from verifier.pdf_pages import read_page_texts
from verifier.pdf_structure import read_pdf_card
from verifier.printed_card import require_same_page
from verifier.qr import read_pdf_pages, read_photo
from verifier.record.card_document import SignerRole, read_card
from verifier.signers import ORIGIN_OPEN
from verifier.unsigned_parts import find_additions
from verifier.verdict import Facts, InputKind, LineName, Outcome, Verdict, reach_verdict, show_record
from verifier.vietnam_time import VIETNAM_TIME
from verifier.xml_signature import VerifiedCard, verify_card_signatures

MAX_INPUT_BYTES = 20_000_000
"""The largest honest input is a photo."""
MAX_TEXT_BYTES = 4_000
"""A capsule's address has about 850 characters."""

_PDF_MARK, _PDF_MARK_WITHIN = b"%PDF-", 1024
_PHOTO_MARKS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
_XML_MARKS = (b"<", b"\xff\xfe<", b"\xfe\xff\x00<")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

_Check = Callable[[Facts], None]
_logger = logging.getLogger(__name__)


def verify_any(
    data: bytes, *, lists: Lists, public_url: str | None = None, deep: bool = False, now: datetime
) -> Verdict:
    """Find out what ``data`` is by its first bytes, then check it as that; ``deep`` is for a PDF."""
    kind = recognise(data)
    if kind is InputKind.PDF:
        return verify_pdf(data, lists=lists, public_url=public_url, deep=deep, now=now)
    if kind is InputKind.XML:
        return verify_xml(data, lists=lists, now=now)
    if kind is InputKind.PHOTO:
        return verify_photo(data, lists=lists, public_url=public_url, now=now)
    if kind is InputKind.CAPSULE:
        return verify_capsule_text(data.decode("utf-8"), lists=lists, public_url=public_url, now=now)
    return _run(InputKind.UNKNOWN, _refuse_unknown, now)


def recognise(data: bytes) -> InputKind:
    """What the bytes claim to be; ``unknown`` for what no card ever looks like."""
    start = data[:_PDF_MARK_WITHIN]
    if _PDF_MARK in start:
        return InputKind.PDF
    if start.startswith(_PHOTO_MARKS) or (start.startswith(b"RIFF") and start[8:12] == b"WEBP"):
        return InputKind.PHOTO
    text = start.removeprefix(_BYTE_ORDER_MARK).lstrip(b" \t\r\n")
    if text.startswith(_XML_MARKS):
        return InputKind.XML
    if 0 < len(data) <= MAX_TEXT_BYTES and _is_text(data):
        return InputKind.CAPSULE
    return InputKind.UNKNOWN


def verify_pdf(
    data: bytes, *, lists: Lists, public_url: str | None = None, deep: bool = False, now: datetime
) -> Verdict:
    """Check a card's PDF.

    1. The file is built as a card is, and nothing was added behind its seal (``pdf_structure``).
    2. The trust list is at hand.
    3. The seal matches every byte of the file, and a timestamp of a listed authority proves when it was made.
    4. The attached XML is one card; every signer's signature in it matches; the record is read from what they cover.
    5. The sealing key may seal cards: the department's by the trust list, or this school's by the registry, at the
       proved time. Only then are pages drawn: nothing that a stranger made reaches that library.
    6. Just one capsule is printed on the pages; its seal matches, it was made from these very bytes of XML, and it says
       the same as the record.
    7. If asked to look deep: the pages print every value of the record, in the form's order (``printed_card``).
    8. Every signer might sign, at the proved time (``signers``).
    9. The card is not withdrawn now.
    """

    def check(facts: Facts) -> None:
        # 1-3: the file, the trust list, the seal.
        _refuse_large(data)
        card = read_pdf_card(data)
        trust = require_trust(facts, lists, now)
        seal = check_seal(facts, card, trust, now=now)
        # 4: the XML inside.
        document = read_card(card.xml)
        if document.xml != card.xml:
            raise SignatureInvalidError("pdf_attachments_unexpected")
        verified = verify_card_signatures(document)
        facts.note("xml_signatures_match", LineName.INTACT)
        # 5: who sealed.
        transcript = verified.record.transcript
        check_sealer(facts, seal, school_code=transcript.school_code, lists=lists, trust=trust, now=now)
        # 6: the QR on the page.
        capsule = verify_capsule(printed_capsule(read_pdf_pages(data), public_url), trust, now)
        check_key(facts, capsule.key, proved_at=seal.proved_at, now=now)
        require_agreement(capsule, verified)
        facts.note("pdf_parts_agree", LineName.INTACT)
        # 7: what is printed.
        if deep:
            require_same_page(read_page_texts(data), verified.record)
            facts.note("page_says_the_same", LineName.INTACT)
        # 8-9: who signed, is it in force.
        facts.record = show_record(
            transcript,
            school_name=registered_name(lists, transcript) or verified.record.school.name,
            issued_at=seal.proved_at or capsule.capsule.issued_at,
        )
        judge_signers(facts, verified, lists=lists, proved_at=seal.proved_at, now=now)
        check_status(facts, transcript, lists=lists, now=now)

    return _run(InputKind.PDF, check, now)


def verify_xml(data: bytes, *, lists: Lists, now: datetime) -> Verdict:
    """Check a card's XML alone. Nothing in it proves when it was signed.

    1. The XML is one card, within the limits of an honest one.
    2. Every signer's signature matches; the record is read from what manager and school cover.
    3. Trust list and registry are at hand; every signer might sign at the time they claim, and still might today.
    4. What stands unsigned beside the signatures does not contradict them, and nothing else is said there.
    5. The card is not withdrawn now.
    """

    def check(facts: Facts) -> None:
        # 1-2: the card and its signatures.
        _refuse_large(data)
        document = read_card(data)
        verified = verify_card_signatures(document)
        facts.note("xml_signatures_match", LineName.INTACT)
        # 3: the signers.
        require_trust(facts, lists, now)
        transcript = verified.record.transcript
        school_name = registered_name(lists, transcript)
        facts.issuer_name = school_name
        facts.record = show_record(
            transcript, school_name=school_name or verified.record.school.name, issued_at=_issued_at(verified)
        )
        judge_signers(facts, verified, lists=lists, proved_at=None, now=now)
        if any(finding.code in ORIGIN_OPEN for finding in facts.findings):
            facts.record = None
        # 4: what stands beside.
        doubts = [doubt for signature in verified.signatures for doubt in signature.doubts]
        for doubt in (*doubts, *find_additions(document)):
            facts.note(doubt, LineName.INTACT, Outcome.UNDETERMINED)
        # 5: in force.
        check_status(facts, transcript, lists=lists, now=now)

    return _run(InputKind.XML, check, now)


def verify_capsule_text(text: str, *, lists: Lists, public_url: str | None = None, now: datetime) -> Verdict:
    """Check what a QR says.

    1. The text is a capsule's address, or its digits alone.
    2. The trust list is at hand.
    3. The capsule's seal matches, its key may seal capsules, and its content is that of a card (``capsule``).
    4. The key was not withdrawn since: the time in a capsule is only its sealer's word.
    5. The card is not withdrawn now.
    """
    now = now.astimezone(VIETNAM_TIME)  # as all moments of lists and capsules: those of one zone compare faster

    def check(facts: Facts) -> None:
        check_capsule(facts, parse_capsule_text(text, expected_origin=public_url), lists=lists, now=now)

    return _run(InputKind.CAPSULE, check, now)


def verify_photo(data: bytes, *, lists: Lists, public_url: str | None = None, now: datetime) -> Verdict:
    """Check a photo of the QR: exactly one capsule in it, then as ``verify_capsule_text``."""

    def check(facts: Facts) -> None:
        _refuse_large(data)
        check_capsule(facts, only_capsule(read_photo(data), public_url), lists=lists, now=now)

    return _run(InputKind.PHOTO, check, now)


def could_not_check(kind: InputKind, code: str, *, now: datetime) -> Verdict:
    """The verdict when a check itself failed: ``check_timed_out``, ``check_out_of_memory``, ``check_failed``."""
    facts = Facts(kind)
    facts.note(code, LineName.INTACT, Outcome.UNDETERMINED)
    return reach_verdict(facts, now=now)


def _run(kind: InputKind, check: _Check, now: datetime) -> Verdict:
    facts = Facts(kind)
    try:
        check(facts)
    except VerifierError as error:
        note_failure(facts, error)
    except MemoryError:
        return could_not_check(kind, "check_out_of_memory", now=now)
    except Exception as error:  # noqa: BLE001  # a defect of ours or of a library says nothing about the card
        _log_defect(error)
        return could_not_check(kind, "check_failed", now=now)
    return reach_verdict(facts, now=now)


def _log_defect(error: Exception) -> None:
    """Where it happened, and nothing that the input might have put into the message."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "?"
    _logger.error("check failed: %s at %s", type(error).__name__, place)


def _refuse_large(data: bytes) -> None:
    if len(data) > MAX_INPUT_BYTES:
        raise LimitExceededError("input_too_large", limit=MAX_INPUT_BYTES)


def _refuse_unknown(_facts: Facts) -> None:
    raise MalformedInputError("input_not_recognised")


def _is_text(data: bytes) -> bool:
    try:
        return data.decode("utf-8").strip().isprintable()
    except UnicodeDecodeError:
        return False


def _issued_at(verified: VerifiedCard) -> datetime | None:
    """The school's signature issues a card; its time is the school's own word."""
    times = [signature.claimed_at for signature in verified.signatures if signature.role is SignerRole.SCHOOL]
    return times[0] if times else None
