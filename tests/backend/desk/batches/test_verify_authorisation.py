"""The evidence as a stranger reads it, and each of its parts changed."""

import hashlib
import json
from base64 import urlsafe_b64decode
from datetime import datetime, timedelta
from typing import Any

import cbor2
import msgspec
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from msgspec import structs

from backend.desk.batches.batch import BatchCard, Evidence, SigningBatch
from backend.desk.batches.errors import AuthorisationRefusedError, BatchNotFoundError
from backend.desk.batches.evidence_document import read_evidence
from backend.desk.batches.statement import CardToSign, encode_statement
from backend.desk.batches.verify_authorisation import verify_evidence
from backend.desk.rules import Purpose
from tests.backend.desk.signing_school import SigningSchool
from tests.backend.intake.sending import record_id_of
from tests.verifier.small_city import SCHOOL_CODE, SCHOOL_YEAR

Confirmed = tuple[SigningBatch, tuple[BatchCard, ...]]


@pytest.fixture
def confirmed(school: SigningSchool) -> Confirmed:
    school.prepare([2, 1])
    begun = school.begin("teacher")
    school.confirm("teacher", begun)
    return school.batch(begun.batch_id)


def test_a_stranger_checks_the_evidence_with_the_document_alone(school: SigningSchool, confirmed: Confirmed) -> None:
    """With cbor2, hashlib and cryptography, from what ``hocba sign --evidence`` prints: nothing of ours reads it."""
    with school.database.read() as connection:
        document = read_evidence(connection, confirmed[0].batch_id, origin=school.desk.public_url)
    printed = json.loads(msgspec.json.encode(document))
    statement, client_data, authenticator_data, signature, public_key = (
        urlsafe_b64decode(printed[name] + "===")
        for name in ("statement", "client_data", "authenticator_data", "signature", "credential_public_key")
    )
    # 1: the statement.
    tag, nonce, person, certificate, purpose, cards = cbor2.loads(statement)
    assert cbor2.dumps(cbor2.loads(statement), canonical=True) == statement
    assert tag == "hocba batch signature v1"
    assert len(nonce) == 32
    assert person.hex() == school.person_id("teacher").replace("-", "")
    assert certificate == school.working.small.teacher.certificate.fingerprint(hashes.SHA256())
    assert purpose == ["homeroom_teacher", False, SCHOOL_CODE, SCHOOL_YEAR]
    # 2 and 3: what the passkey was asked, for which site, of whom.
    said = json.loads(client_data)
    assert (said["type"], said["origin"], said["crossOrigin"]) == ("webauthn.get", printed["origin"], False)
    assert urlsafe_b64decode(said["challenge"] + "===") == hashlib.sha256(statement).digest()
    assert authenticator_data[:32] == hashlib.sha256(b"localhost").digest()
    assert authenticator_data[32] & 0x05 == 0x05
    # 4: its signature.
    key = cbor2.loads(public_key)
    x, y = (int.from_bytes(key[name], "big") for name in (-2, -3))
    point = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    point.verify(signature, authenticator_data + hashlib.sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
    # 5: in time.
    begun, answered = (datetime.fromisoformat(printed[name]) for name in ("begun_at", "confirmed_at"))
    assert answered - begun < timedelta(minutes=10)
    # 6: the finished cards without their block are the bytes of the list.
    school.work(printed["batch_id"])
    assert [record.hex() for record, _ in cards] == sorted(record_id_of(n).replace("-", "") for n in (1, 2))
    for number in (1, 2):
        card = school.prepared(number)
        assert card is not None
        block = b"<DANH_SACH_THONG_TIN_KY>"
        start, end = (
            (card.xml or b"").index(block),
            (card.xml or b"").index(b"</DANH_SACH_THONG_TIN_KY>") + len(block) + 1,
        )
        before = (card.xml or b"")[:start] + (card.xml or b"")[end:]
        assert [bytes.fromhex(record_id_of(number).replace("-", "")), hashlib.sha256(before).digest()] in cards


def test_a_batch_that_nobody_confirmed_has_no_evidence(school: SigningSchool) -> None:
    school.prepare([1])
    begun = school.begin("teacher")
    with school.database.read() as connection:
        with pytest.raises(AuthorisationRefusedError, match="authorisation_missing"):
            read_evidence(connection, begun.batch_id, origin="http://localhost:8000")
        with pytest.raises(BatchNotFoundError):
            read_evidence(connection, record_id_of(1), origin="http://localhost:8000")


def flipped(value: bytes) -> bytes:
    return value[:-1] + bytes([value[-1] ^ 1])


BATCH_CHANGES: dict[str, tuple[dict[str, Any], str]] = {
    "signer": ({"person_id": record_id_of(7)}, "authorisation_of_other_list"),
    "certificate": ({"certificate_sha256": bytes(32)}, "authorisation_of_other_list"),
    "purpose": ({"purpose": Purpose.MANAGER}, "authorisation_of_other_list"),
    "on behalf": ({"on_behalf": True}, "authorisation_of_other_list"),
    "school": ({"school_code": "99999999"}, "authorisation_of_other_list"),
    "year": ({"school_year": "2024-2025"}, "authorisation_of_other_list"),
    "nonce": ({"nonce": bytes(32)}, "authorisation_of_other_list"),
    "no evidence": ({"evidence": None}, "authorisation_missing"),
}


@pytest.mark.parametrize("change", BATCH_CHANGES)
def test_a_changed_batch_is_refused(school: SigningSchool, confirmed: Confirmed, change: str) -> None:
    batch, cards = confirmed
    changes, code = BATCH_CHANGES[change]
    with pytest.raises(AuthorisationRefusedError, match=code):
        verify(school, structs.replace(batch, **changes), cards)


@pytest.mark.parametrize("change", ["signer", "certificate", "purpose", "on behalf", "school", "year", "nonce"])
def test_a_changed_statement_is_not_what_was_signed(school: SigningSchool, confirmed: Confirmed, change: str) -> None:
    batch, cards = confirmed
    changed = structs.replace(batch, **BATCH_CHANGES[change][0])
    listed = tuple(_to_sign(card) for card in cards)
    changed = structs.replace(changed, statement=encode_statement(changed.statement_over(listed)))
    with pytest.raises(AuthorisationRefusedError, match="authorisation_evidence_refused"):
        verify(school, changed, cards)


@pytest.mark.parametrize("member", ["authenticator_data", "client_data", "signature", "public_key"])
def test_changed_evidence_is_refused(school: SigningSchool, confirmed: Confirmed, member: str) -> None:
    batch, cards = confirmed
    assert batch.evidence is not None
    changed = structs.replace(batch.evidence, **{member: flipped(getattr(batch.evidence, member))})
    with pytest.raises(AuthorisationRefusedError, match="authorisation_evidence_refused"):
        verify(school, structs.replace(batch, evidence=changed), cards)


def test_one_card_more_or_less_or_other_is_another_list(school: SigningSchool, confirmed: Confirmed) -> None:
    batch, cards = confirmed
    other = structs.replace(cards[0], xml_sha256=bytes(32))
    for listed in (cards[:1], (*cards, structs.replace(cards[0], record_id=record_id_of(9))), (other, cards[1])):
        with pytest.raises(AuthorisationRefusedError, match="authorisation_of_other_list"):
            verify(school, batch, listed)


def test_times_are_held(school: SigningSchool, confirmed: Confirmed) -> None:
    batch, cards = confirmed
    late = structs.replace(_evidence(batch), confirmed_at=batch.expires_at)
    with pytest.raises(AuthorisationRefusedError, match="authorisation_too_late"):
        verify(school, structs.replace(batch, evidence=late), cards)
    early = structs.replace(_evidence(batch), confirmed_at=batch.begun_at - timedelta(seconds=1))
    with pytest.raises(AuthorisationRefusedError, match="authorisation_too_late"):
        verify(school, structs.replace(batch, evidence=early), cards)
    school.later(hours=71, minutes=59)
    verify(school, batch, cards)
    school.later(minutes=1)
    with pytest.raises(AuthorisationRefusedError, match="authorisation_ended"):
        verify(school, batch, cards)


def verify(school: SigningSchool, batch: SigningBatch, cards: tuple[BatchCard, ...]) -> None:
    verify_evidence(batch, cards, relying_party=school.access.relying_party, now=school.now)


def _evidence(batch: SigningBatch) -> Evidence:
    assert batch.evidence is not None
    return batch.evidence


def _to_sign(card: BatchCard) -> CardToSign:
    return CardToSign(card.record_id, card.xml_sha256)
