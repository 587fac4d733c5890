"""The evidence as a stranger reads it, and each of its parts changed."""

import hashlib
import json
from base64 import urlsafe_b64decode
from datetime import timedelta
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from msgspec import structs

from backend.desk.batches.batch import BatchCard, Evidence, SigningBatch
from backend.desk.batches.errors import AuthorisationRefusedError
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
    batch, _ = confirmed
    evidence = batch.evidence
    assert evidence is not None
    # docs/formats/batch-authorisation.md, "How to check it".
    tag, nonce, person, certificate, purpose, cards = cbor2.loads(batch.statement)
    assert tag == "hocba batch signature v1"
    assert len(nonce) == 32
    assert person.hex() == school.person_id("teacher").replace("-", "")
    assert certificate == school.working.small.teacher.certificate.fingerprint(hashes.SHA256())
    assert purpose == ["homeroom_teacher", False, SCHOOL_CODE, SCHOOL_YEAR]
    expected = {record_id_of(number).replace("-", ""): school.prepared(number) for number in (1, 2)}
    assert [record.hex() for record, _ in cards] == sorted(expected)
    for record, xml_sha256 in cards:
        card = expected[record.hex()]
        assert card is not None
        assert xml_sha256 == hashlib.sha256(card.xml or b"").digest()
    client_data = json.loads(evidence.client_data)
    challenge = urlsafe_b64decode(client_data["challenge"] + "=")
    assert challenge == hashlib.sha256(batch.statement).digest()
    assert evidence.authenticator_data[:32] == hashlib.sha256(b"localhost").digest()
    assert evidence.authenticator_data[32] & 0x05 == 0x05  # present and verified
    key = cbor2.loads(evidence.public_key)
    point = ec.EllipticCurvePublicNumbers(int.from_bytes(key[-2]), int.from_bytes(key[-3]), ec.SECP256R1()).public_key()
    signed = evidence.authenticator_data + hashlib.sha256(evidence.client_data).digest()
    point.verify(evidence.signature, signed, ec.ECDSA(hashes.SHA256()))


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
