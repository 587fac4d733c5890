"""Everything about a reader, and every card that they may read, as files that machines and people can read."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from importlib.resources import files
from typing import Any, Final

import msgspec
from msgspec import Struct, structs
from sqlalchemy import Connection

from backend.archive.card import StoredCard
from backend.archive.objects import ObjectDamagedError, Objects
from backend.archive.store import read_shown_cards
from backend.people.confirmations.store import find_hiding
from backend.people.readable import ReadableChild, readable_children
from backend.rights.account import store
from backend.rights.errors import ExportTooLargeError
from backend.rights.make_request import requests_of
from backend.sharing.history.look import LookedAt, Looker
from backend.sharing.history.read_history import makers_of, relations_of
from backend.sharing.history.store import read_looks
from backend.sharing.make_share import list_shares

MAX_CARDS: Final = 300
"""Seven children with twelve years and some corrections each are 100; about 45 MB."""
MAX_LOOKS: Final = 5_000
"""Of one pupil, the newest: twelve years of a card a week looked at ten times."""
READ_ME: Final = "DOC-TOI-README.txt"
NOT_INCLUDED: Final = "not-included.json"


class CardFile(Struct, frozen=True):
    """A file of a card, still in the object store."""

    pupil_id: str
    record_id: str
    what: LookedAt
    name: str
    object_name: str
    sha256: str


class AccountExport(Struct, frozen=True):
    """What the archive will hold."""

    documents: tuple[tuple[str, bytes], ...]
    card_files: tuple[CardFile, ...]


def gather_export(connection: Connection, *, guardian_id: str, now: datetime) -> AccountExport:
    """Read everything but the cards' files.

    While an enrolment waits for the school it is not known who reads: they take along what that enrolment brought, and
    nothing that names a pupil or was the account's before.

    Raises:
        ExportTooLargeError: more cards than fit; asked for as a copy, the department hands them over.
    """
    if find_hiding(connection, guardian_id) is not None:
        account = _waiting_account(connection, guardian_id)
        return AccountExport(documents=_documents({"account": account}), card_files=())
    children = readable_children(connection, guardian_id=guardian_id, now=now)
    record_ids = [record_id for child in children for record_id in child.record_ids]
    cards = read_shown_cards(connection, record_ids)
    if len(cards) > MAX_CARDS:
        raise ExportTooLargeError(limit=MAX_CARDS)
    own = next((child.pupil.pupil_id for child in children if child.own), None)
    readable = {child.pupil.pupil_id for child in children}
    documents = {
        "account": store.read_person(connection, guardian_id)
        | {
            "passkeys": store.read_passkeys(connection, guardian_id),
            "sessions": store.read_sessions(connection, guardian_id),
            "letters": store.read_activation_codes(connection, guardian_id),
            "notices": store.read_notices(connection, guardian_id),
            "confirmations": store.read_confirmations(connection, guardian_id),
        },
        "guardianships": store.read_guardianships(connection, guardian_id),
        "children": [_child(child, cards) for child in children],
        "consents": [
            row
            for row in store.read_consents(connection, guardian_id=guardian_id, own_pupil_id=own)
            if row["pupil_id"] in readable
        ],
        "requests": requests_of(connection, guardian_id=guardian_id, now=now),
        "shares": [
            _without(listed.share, "passcode_hash") | {"pupil_name": listed.pupil_name}
            for listed in list_shares(connection, guardian_id=guardian_id, now=now)
        ],
        "looks": [
            row for pupil_id in sorted(readable) for row in _looks(connection, pupil_id=pupil_id, reader_id=guardian_id)
        ],
    }
    return AccountExport(
        documents=_documents(documents),
        card_files=tuple(file for child in children for card, _ in cards for file in _files_of(child, card)),
    )


def export_files(export: AccountExport, objects: Objects) -> Iterator[tuple[str, bytes]]:
    """Name and content of every file; what is damaged in the store is named in the last one instead."""
    yield from export.documents
    damaged = []
    for file in export.card_files:
        try:
            content = objects.get(file.object_name, expected_sha256=file.sha256)
        except ObjectDamagedError as error:
            damaged.append({"file": file.name, "reason": error.reason})
            continue
        yield file.name, content
    if damaged:
        yield NOT_INCLUDED, _json(damaged)


def _waiting_account(connection: Connection, guardian_id: str) -> dict[str, Any]:
    passkeys = store.read_passkeys(connection, guardian_id)
    asked = store.read_confirmations(connection, guardian_id)
    return store.read_person(connection, guardian_id) | {
        "passkeys": [passkey for passkey in passkeys if passkey["ended_at"] is None],
        "sessions": store.read_sessions(connection, guardian_id),
        "confirmations": [one for one in asked if one["decided_at"] is None],
    }


def _documents(contents: Mapping[str, object]) -> tuple[tuple[str, bytes], ...]:
    read_me = (files("backend.rights.account") / "read_me.txt").read_bytes()
    return (READ_ME, read_me), *((f"{name}.json", _json(content)) for name, content in contents.items())


def _child(child: ReadableChild, cards: Sequence[tuple[StoredCard, str]]) -> dict[str, Any]:
    return {
        "pupil": child.pupil,
        "own": child.own,
        "cards": [
            {
                "record_id": card.record_id,
                "school_year": card.school_year,
                "grade": card.grade,
                "class_group": card.class_group,
                "school_name": school_name,
                "level": card.level,
                "state": card.state,
                "issued_at": card.issued_at,
                "replaces": card.replaces,
                "files": [file.name for file in _files_of(child, card)],
            }
            for card, school_name in cards
            if card.record_id in child.record_ids
        ],
    }


def _looks(connection: Connection, *, pupil_id: str, reader_id: str) -> Iterator[dict[str, Any]]:
    """As the history's pages show them: of another guardian name and relation, nothing else."""
    found = read_looks(connection, pupil_id=pupil_id, reader_id=reader_id, before=None, limit=MAX_LOOKS)
    relations, makers = relations_of(connection, pupil_id), makers_of(connection, found)
    for look in found:
        link = {"share_id": look.looker_id, "shared_by": makers.get(look.looker_id)}
        role = {"role": look.role or relations.get(look.looker_id)}
        yield _without(look, "looker_id") | role | (link if look.looker is Looker.SHARE else {})


def _files_of(child: ReadableChild, card: StoredCard) -> Iterator[CardFile]:
    if card.record_id not in child.record_ids:
        return
    name, owner = f"cards/{card.record_id}", (child.pupil.pupil_id, card.record_id)
    yield CardFile(*owner, LookedAt.XML, f"{name}.xml", card.xml_object, card.xml_sha256)
    if card.pdf_object is not None and card.pdf_sha256 is not None:
        yield CardFile(*owner, LookedAt.PDF, f"{name}.pdf", card.pdf_object, card.pdf_sha256)


def _without(row: Struct, field: str) -> dict[str, Any]:
    return {name: value for name, value in structs.asdict(row).items() if name != field}


def _json(content: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(content), indent=2)
