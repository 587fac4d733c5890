"""Every vector says of itself what a verifier has to answer; here ours is asked."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.vectors.read_vectors import VECTORS, file_of, lists_of, read, unpack, xml_of
from verifier.errors import ListError, MalformedInputError
from verifier.record.card_document import read_card
from verifier.record.parse_xml import parse_record
from verifier.record.transcript import Transcript
from verifier.registry import verify_school_registry
from verifier.signed_list import ListHeader
from verifier.status import verify_status_list
from verifier.trust import verify_trust_list
from verifier.verdict import SHOWS_NOTHING, ShownRecord
from verifier.verify import verify_capsule_text, verify_pdf, verify_xml

LONG_AFTER = datetime(2030, 1, 1, tzinfo=UTC)


def as_json(value: object) -> object:
    return json.loads(msgspec.json.encode(value))


def vectors(folder: str) -> list[Any]:
    return [pytest.param(path, id=path.stem) for path in sorted((VECTORS / folder).glob("*.json"))]


@pytest.mark.parametrize("path", vectors("capsule"))
def test_capsule_vector(path: Path) -> None:
    vector = read(path)
    expected, now = vector["expected"], datetime.fromisoformat(vector["now"])
    verdict = verify_capsule_text(vector["text"], lists=lists_of(vector, now), public_url=vector["public_url"], now=now)
    codes = {*verdict.intact.codes, *verdict.issuer.codes, *verdict.status.codes}
    assert verdict.verdict == expected["verdict"]
    assert codes >= set(expected["codes"])
    assert transcript_in(verdict.record) == expected["transcript"]


@pytest.mark.parametrize("path", [one for one in vectors("pdf") if one.id != "lists"])
def test_pdf_vector(path: Path) -> None:
    vector, shared = read(path), read(VECTORS / "pdf" / "lists.json")
    expected, now = vector["expected"], datetime.fromisoformat(shared["now"])
    verdict = verify_pdf(file_of(vector), lists=lists_of(shared, now), public_url=shared["public_url"], now=now)
    codes = {*verdict.intact.codes, *verdict.issuer.codes, *verdict.status.codes}
    levels = [signature.level for signature in verdict.signatures if signature.role == "pdf_seal"]
    assert verdict.verdict == expected["verdict"]
    assert codes >= set(expected["codes"])
    assert expected["level"] is None or levels == [expected["level"]]


@pytest.mark.parametrize("path", [one for one in vectors("signed_xml") if one.id != "lists"])
def test_signed_xml_vector(path: Path) -> None:
    vector = read(path)
    around = {**read(VECTORS / "signed_xml" / "lists.json"), **vector.get("lists", {})}
    expected, now = vector["expected"], datetime.fromisoformat(around["now"])
    verdict = verify_xml(xml_of(vector), lists=lists_of(around, now), now=now)
    codes = {*verdict.intact.codes, *verdict.issuer.codes, *verdict.status.codes}
    assert verdict.verdict == expected["verdict"]
    assert codes >= set(expected["codes"])
    assert expected["roles"] is None or [signature.role for signature in verdict.signatures] == expected["roles"]
    assert expected["transcript"] is None or transcript_in(verdict.record) == expected["transcript"]
    assert (verdict.record is None) or verdict.verdict not in SHOWS_NOTHING


def transcript_in(record: ShownRecord | None) -> dict[str, Any] | None:
    if record is None:
        return None
    shown: dict[str, Any] = json.loads(msgspec.json.encode(record))
    return {name: shown[name] for name in Transcript.__struct_fields__}


def verify_list(vector: dict[str, Any], now: datetime) -> ListHeader:
    data, subject, stored = unpack(vector["list"]), vector["subject"], vector["stored_sequence"]
    anchor = vector["anchor"]
    if subject == "trust-list":
        return verify_trust_list(data, expected_trust_anchor=anchor, stored_sequence=stored, now=now).header
    trust = verify_trust_list(unpack(vector["trust_list"]), expected_trust_anchor=anchor, now=LONG_AFTER)
    if subject == "school-registry":
        return verify_school_registry(data, trust=trust, stored_sequence=stored, now=now).header
    school_year = subject.partition("/")[2]
    return verify_status_list(
        data, trust=trust, expected_school_year=school_year, stored_sequence=stored, now=now
    ).header


def check_list(vector: dict[str, Any]) -> dict[str, Any]:
    now = datetime.fromisoformat(vector["now"])
    try:
        header = verify_list(vector, now)
    except ListError as error:
        if error.details["list"] != vector["subject"]:
            raise
        return {"accepted": False, "code": error.reason, "cause": error.details.get("cause")}
    return {"accepted": True, "stale": header.is_stale(now)}


@pytest.mark.parametrize("path", vectors("lists"))
def test_list_vector(path: Path) -> None:
    vector = read(path)
    assert check_list(vector) == vector["expected"]


def check_record_xml(vector: dict[str, Any]) -> dict[str, Any]:
    try:
        record = parse_record(read_card(xml_of(vector)).data_element)
    except MalformedInputError as error:
        return {"code": error.reason, "field": error.details.get("field"), "row": error.details.get("row")}
    return {"record": as_json(record)}


@pytest.mark.parametrize("path", vectors("record_xml"))
def test_record_xml_vector(path: Path) -> None:
    vector = read(path)
    assert check_record_xml(vector) == vector["expected"]
