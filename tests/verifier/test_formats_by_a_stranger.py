"""A second reader, written from ``docs/formats`` alone with a CBOR and an ECDSA library: it imports nothing of ours.

It reads the good vectors and has to find the marks that the project's own reader finds.
"""

import base64
import hashlib
import json
import uuid
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

ROOT = Path(__file__).parents[2]
CAPSULES = ROOT / "tests" / "vectors" / "capsule"
DOCUMENT = (ROOT / "docs" / "formats" / "capsule.md").read_text()
LISTS_DOCUMENT = (ROOT / "docs" / "formats" / "lists.md").read_text()


def vector(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((CAPSULES / f"{name}.json").read_bytes())
    return read


def unpack(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def open_envelope(data: bytes) -> tuple[Any, Any, bytes, bytes]:
    """Sections 1.2 and 2 of capsule.md: kid, payload, what is signed, signature."""
    tagged = cbor2.loads(data)
    assert tagged.tag == 18
    protected, unprotected, payload, signature = tagged.value
    assert not unprotected
    header = cbor2.loads(protected)
    assert set(header) == {1, 4}
    assert header[1] == -7
    signed = cbor2.dumps(["Signature1", protected, b"", payload], canonical=True)
    return header[4], cbor2.loads(payload), signed, signature


def check_signature(cose_key: Any, signed: bytes, signature: bytes) -> None:
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\x04" + cose_key[-2] + cose_key[-3])
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    key.verify(encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))


def open_trust_list(data: bytes, anchor: str) -> dict[str, Any]:
    """Sections 2 and 5 of lists.md."""
    kid, claims, signed, signature = open_envelope(data)
    assert claims[2] == "trust-list"
    content: dict[str, Any] = claims[-65539]
    key = next(key for key in content["keys"] if key["purpose"] == "trust" and key["kid"] == kid)
    written = b"\xa4\x01\x02\x20\x01\x21\x58\x20" + key["cose_key"][-2] + b"\x22\x58\x20" + key["cose_key"][-3]
    assert hashlib.sha256(written).hexdigest() == anchor
    check_signature(key["cose_key"], signed, signature)
    return content


def open_status_list(data: bytes, trust: dict[str, Any]) -> dict[str, Any]:
    kid, claims, signed, signature = open_envelope(data)
    key = next(key for key in trust["keys"] if key["purpose"] == "status" and key["kid"] == kid)
    check_signature(key["cose_key"], signed, signature)
    content: dict[str, Any] = claims[-65539]
    return content


def open_capsule(text: str, trust: dict[str, Any]) -> list[Any]:
    number = int(text.rpartition("#")[2])
    data = number.to_bytes((number.bit_length() + 7) // 8)
    assert data[0] == 1
    kid, claims, signed, signature = open_envelope(data[1:])
    key = next(key for key in trust["keys"] if key["purpose"] == "capsule" and key["kid"] == kid)
    check_signature(key["cose_key"], signed, signature)
    assert kid == hashlib.sha256(key["certificate"]).digest()[:8]
    items: list[Any] = claims[-65537]
    return items


def subjects_of(heading: str) -> dict[int, str]:
    """Section 5 of capsule.md, read as a stranger would copy it."""
    table = DOCUMENT.partition(f"### {heading}\n")[2].partition("\n\n##")[0].partition("\n### ")[0]
    rows = [line.split("|") for line in table.splitlines() if line.startswith("| ") and "`" in line]
    return {int(row[1]): row[2].strip(" `") for row in rows}


FLAG = {0: None, 1: False, 2: True}
LEVEL = {0: None, 1: "T", 2: "K", 3: "Đ", 4: "CĐ"}


def mark(byte: int) -> str | None:
    letters = {101: "Đ", 102: "CĐ", 103: "M", 255: None}
    return letters[byte] if byte in letters else f"{byte // 10}.{byte % 10}"


def primary(items: list[Any]) -> dict[str, Any]:
    names = subjects_of("Primary")
    summary, bitmap, marks = items[10], items[11], items[12]
    codes = [names[number] for number in range(64) if bitmap >> number & 1]
    rows = [*zip(codes, marks, strict=True), *((code, packed[0]) for code, packed in items[14])]
    bits = f"{int.from_bytes(summary[2:]):032b}"
    levels = [{0: None, 1: "T", 2: "Đ", 3: "C"}[int(bits[place : place + 2], 2)] for place in range(0, 30, 2)]
    return {
        "kind": "primary",
        "subjects": [
            {
                "code": code,
                "level": {0: None, 1: "T", 2: "H", 3: "C", 4: "M"}[byte >> 4],
                "score": None if byte & 15 == 15 else byte & 15,
            }
            for code, byte in rows
        ],
        "qualities": levels[:5],
        "competences": levels[5:],
        "educational_result": {0: None, 1: "HTXS", 2: "HTT", 3: "HT", 4: "CHT"}[summary[0]],
        "promoted": FLAG[summary[1] & 3],
        "class_programme_completed": FLAG[summary[1] >> 2 & 3],
        "primary_programme_completed": FLAG[summary[1] >> 4 & 3],
    }


def secondary(items: list[Any]) -> dict[str, Any]:
    names = subjects_of("Secondary")
    summary, bitmap, marks, again = items[10], items[11], items[12], items[13]
    numbers = [number for number in range(64) if bitmap >> number & 1]
    reexamined = dict(zip(again[::2], again[1::2], strict=True))
    rows = [
        (names[number], [*marks[3 * place : 3 * place + 3], reexamined.get(number, 255)])
        for place, number in enumerate(numbers)
    ]
    rows += [(code, list(packed)) for code, packed in items[14]]
    keys = ("semester_1", "semester_2", "year", "reexamination")
    periods = ("semester_1", "semester_2", "year", "after_summer")

    def levels(first: int) -> dict[str, str | None]:
        nibbles = (summary[first] >> 4, summary[first] & 15, summary[first + 1] >> 4, summary[first + 1] & 15)
        return dict(zip(periods, (LEVEL[nibble] for nibble in nibbles), strict=True))

    absences = int.from_bytes(summary[5:7])
    return {
        "kind": "secondary",
        "subjects": [
            {"code": code, **dict(zip(keys, (mark(byte) for byte in packed), strict=True))} for code, packed in rows
        ],
        "learning": levels(0),
        "training": levels(2),
        "absences": None if absences == 0xFFFF else absences,
        "promoted": FLAG[summary[4] & 3],
        "programme_completed": FLAG[summary[4] >> 2 & 3],
    }


def transcript(items: list[Any]) -> dict[str, Any]:
    assert items[0] == 1
    assert len(items) == 16
    return {
        "record_id": str(uuid.UUID(bytes=items[1])),
        "name": items[3],
        "date_of_birth": (date(1970, 1, 1) + timedelta(days=items[4])).isoformat(),
        "school_code": items[5],
        "school_year": f"{items[6]}-{items[6] + 1}",
        "grade": items[7],
        "class_group": items[8],
        "regulation": {1: "27/2020/TT-BGDĐT", 2: "22/2021/TT-BGDĐT"}[items[9]],
        "results": primary(items) if items[7] <= 5 else secondary(items),
    }


@pytest.mark.parametrize("name", ["genuine_primary", "genuine_lower_secondary", "genuine_upper_secondary"])
def test_a_stranger_reads_the_same_marks(name: str) -> None:
    read = vector(name)
    trust = open_trust_list(unpack(read["trust_list"]), read["anchor"])
    items = open_capsule(read["text"], trust)
    assert transcript(items) == read["expected"]["transcript"]
    assert datetime.fromtimestamp(items[2], tz=UTC) == datetime(2026, 6, 1, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("name", ["revoked", "superseded", "genuine_primary"])
def test_a_stranger_finds_withdrawn_cards(name: str) -> None:
    read = vector(name)
    trust = open_trust_list(unpack(read["trust_list"]), read["anchor"])
    status = open_status_list(unpack(read["status_list"]), trust)
    record_id = open_capsule(read["text"], trust)[1]
    entry = hashlib.sha256(record_id).digest()[:10]
    named = {
        word
        for word in ("revoked", "superseded")
        if entry in (status[word][start : start + 10] for start in range(0, len(status[word]), 10))
    }
    assert named == {name} & {"revoked", "superseded"}


def test_the_worked_example_is_the_vector() -> None:
    read = vector("genuine_primary")
    number = int(read["text"].rpartition("#")[2])
    data = number.to_bytes((number.bit_length() + 7) // 8)[1:]
    assert read["text"] in DOCUMENT
    assert data.hex() in DOCUMENT.replace("\n", "")
    trust = open_trust_list(unpack(read["trust_list"]), read["anchor"])
    key = next(key for key in trust["keys"] if key["purpose"] == "capsule")["cose_key"]
    assert f"x {key[-2].hex()}\ny {key[-3].hex()}" in DOCUMENT
    assert read["anchor"] in LISTS_DOCUMENT


def test_the_written_status_list_is_the_vectors() -> None:
    assert unpack(vector("revoked")["status_list"]).hex() in LISTS_DOCUMENT.replace("\n", "")


def test_the_subject_tables_are_the_catalogue() -> None:
    catalogue = json.loads((ROOT / "verifier" / "record" / "subjects.json").read_bytes())
    for heading, subjects in (("Primary", catalogue["primary"]), ("Secondary", catalogue["secondary"])):
        assert subjects_of(heading) == {subject["number"]: subject["code"] for subject in subjects}
        for subject in subjects:
            assert f"| `{subject['code']}` | {subject['vi']} | {subject['en']} |" in DOCUMENT
