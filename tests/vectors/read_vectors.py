"""Read the vectors' files, as any other implementation would."""

import base64
import json
from datetime import datetime
from pathlib import Path
from typing import Any

from verifier.lists import Lists, verify_lists

VECTORS = Path(__file__).parent


def read(path: Path) -> dict[str, Any]:
    vector: dict[str, Any] = json.loads(path.read_bytes())
    return vector


def read_folder(folder: str) -> list[dict[str, Any]]:
    return [read(path) for path in sorted((VECTORS / folder).glob("*.json")) if path.stem != "lists"]


def unpack(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def file_of(vector: dict[str, Any]) -> bytes:
    """The PDF of a vector."""
    genuine: bytes = (VECTORS / vector["base"]).read_bytes()
    return genuine[: int(vector["kept"])] + unpack(vector["appended"])


def xml_of(vector: dict[str, Any]) -> bytes:
    """The XML of a vector."""
    return unpack(vector["xml_base64url"]) if "xml_base64url" in vector else str(vector["xml"]).encode()


def lists_of(vector: dict[str, Any], now: datetime) -> Lists:
    """The lists at hand; without a trust list none of the others can be verified."""
    if vector["trust_list"] is None:
        return Lists()
    statuses = {}
    if vector["status_list"] is not None:
        statuses[vector["school_year_of_status_list"]] = unpack(vector["status_list"])
    return verify_lists(
        trust=unpack(vector["trust_list"]),
        registry=None if vector["registry"] is None else unpack(vector["registry"]),
        statuses=statuses,
        expected_trust_anchor=vector["anchor"],
        stored_sequences={},
        now=now,
    ).lists
