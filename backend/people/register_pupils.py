"""Take a school's roster: pupils, their guardians, and the cards that waited for them.

Repeating a roster changes nothing. A roster never lifts a bar and never opens an ended guardianship again; it may
only end one, or start a new stretch of time with an explicit first day after the last one.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import uuid4

from msgspec import Struct, structs
from sqlalchemy import Connection

from backend.database import Database
from backend.people import store
from backend.people.matching.link_card import link_waiting_cards
from backend.people.matching.rules import KnownPupil
from backend.people.matching.store import (
    AlternativeIdentity,
    SchoolIdentity,
    pupils_by_alternative_id,
    pupils_by_personal_code,
    pupils_by_place,
    pupils_by_school_identity,
)
from backend.people.roster import (
    AlternativeIdType,
    GuardianEntry,
    PupilEntry,
    doubtful_letters,
    normal_name,
    verify_roster,
)
from backend.people.rules import Guardianship, is_perhaps_one_person
from backend.people.tables import guardians, guardianships, identity_changes, pupils, school_places
from verifier.vietnam_time import vietnam_day

CHUNK_PUPILS: Final = 500
"""Pupils a transaction: few enough that other writers wait under a second."""
ROSTER_EVIDENCE: Final = "roster"
"""Paper and author of a personal code that came with a school's roster."""

_Identity = AlternativeIdentity | SchoolIdentity


class RosterOutcome(StrEnum):
    """What became of one entry."""

    REGISTERED = "registered"
    UPDATED = "updated"
    CONFLICT = "conflict"
    """The register already knows this code with another identity; a person has to look, nothing was changed."""


class RegisteredPupil(Struct, frozen=True):
    """What became of one entry of the roster."""

    outcome: RosterOutcome
    pupil_id: str | None
    guardian_ids: tuple[str | None, ...]
    """In the order of the entry's guardians; None where the personal code belongs to a person of another name."""
    warnings: tuple[str, ...] = ()
    """What in the names only looks like Vietnamese, as with a card's text; they are taken as they are."""


def register_pupils(
    database: Database,
    entries: Sequence[PupilEntry],
    *,
    now: datetime,
    on_progress: Callable[[int], None] = lambda _done: None,
) -> list[RegisteredPupil]:
    """Register a roster, in transactions of 500 pupils; answers one result an entry, in the same order.

    Args:
        database: where people are kept.
        entries: the roster; checked whole before anything is written.
        now: moment of registration.
        on_progress: called with the number of entries that are kept so far.

    Raises:
        RosterRefusedError: an entry cannot be true; nothing was written.
    """
    verify_roster(entries, today=vietnam_day(now))
    results: list[RegisteredPupil] = []
    for start in range(0, len(entries), CHUNK_PUPILS):
        chunk = entries[start : start + CHUNK_PUPILS]
        with database.write() as connection:
            results += _Chunk(connection, chunk, now).register()
        on_progress(len(results))
    return results


class _Chunk:
    """One transaction's worth of a roster: reads all it needs at once, decides in memory, writes at once."""

    def __init__(self, connection: Connection, entries: Sequence[PupilEntry], now: datetime) -> None:
        self._connection = connection
        self._entries = entries
        self._now = now
        self._today = vietnam_day(now)
        codes = {entry.personal_code for entry in entries if entry.personal_code}
        places = {(entry.school_code, entry.pupil_code) for entry in entries}
        guardian_codes = {row.personal_code for entry in entries for row in entry.guardians if row.personal_code}
        self._by_code = pupils_by_personal_code(connection, codes)
        self._by_place = pupils_by_place(connection, places)
        self._guardians = store.guardians_by_personal_code(connection, guardian_codes)
        identities = {identity for entry in entries if (identity := _identity(entry))}
        everywhere = pupils_by_alternative_id(connection, {key for key in identities if len(key) == 2})
        at_school = pupils_by_school_identity(connection, {key for key in identities if len(key) == 4})
        self._by_identity: dict[_Identity, KnownPupil] = dict([*everywhere.items(), *at_school.items()])
        found = (*self._by_code.values(), *self._by_place.values(), *self._by_identity.values())
        known = {pupil.pupil_id for pupil in found}
        self._ties = store.ties_of_pupils(connection, known)
        self._new_pupils: dict[str, dict[str, Any]] = {}
        self._changed_pupils: dict[str, dict[str, Any]] = {}
        self._new_places: list[dict[str, Any]] = []
        self._new_guardians: list[dict[str, Any]] = []
        self._new_ties: list[dict[str, Any]] = []
        self._given_codes: list[dict[str, Any]] = []

    def register(self) -> list[RegisteredPupil]:
        results = [self._register_one(entry) for entry in self._entries]
        store.insert_rows(self._connection, pupils, list(self._new_pupils.values()))
        store.update_pupils(self._connection, list(self._changed_pupils.values()))
        store.insert_rows(self._connection, school_places, self._new_places)
        store.insert_rows(self._connection, guardians, self._new_guardians)
        store.insert_rows(self._connection, guardianships, self._new_ties)
        store.insert_rows(self._connection, identity_changes, self._given_codes)
        taken = [entry for entry, result in zip(self._entries, results, strict=True) if result.pupil_id]
        link_waiting_cards(
            self._connection,
            personal_codes={entry.personal_code for entry in taken if entry.personal_code},
            places={(entry.school_code, entry.pupil_code) for entry in taken},
            now=self._now,
        )
        return results

    def _register_one(self, entry: PupilEntry) -> RegisteredPupil:
        place = (entry.school_code, entry.pupil_code)
        by_code = self._by_code.get(entry.personal_code) if entry.personal_code else None
        by_place = self._by_place.get(place)
        identity = _identity(entry)
        by_identity = self._by_identity.get(identity) if identity else None
        known = by_code or by_place or by_identity
        if known is not None and not _same_pupil(entry, known, (by_place, by_identity)):
            return RegisteredPupil(RosterOutcome.CONFLICT, None, (None,) * len(entry.guardians))
        outcome = RosterOutcome.UPDATED if known else RosterOutcome.REGISTERED
        pupil_id = known.pupil_id if known else str(uuid4())
        code = entry.personal_code or (known.personal_code if known else None)
        alternative_type, alternative = _alternative_to_keep(entry, known)
        pupil = KnownPupil(
            pupil_id=pupil_id,
            personal_code=code,
            date_of_birth=entry.date_of_birth,
            alternative_id_type=alternative_type,
            alternative_id=alternative,
        )
        self._keep_pupil(entry, pupil, is_new=known is None)
        if known is not None and known.personal_code is None and code is not None:
            self._note_given_code(pupil_id)
        if code:
            self._by_code[code] = pupil
        if identity:
            self._by_identity[identity] = pupil
        if by_place is None:
            self._new_places.append({"school_code": place[0], "pupil_code": place[1], "pupil_id": pupil_id})
        self._by_place[place] = pupil
        guardian_ids = tuple(self._tie(pupil_id, row) for row in entry.guardians)
        return RegisteredPupil(outcome, pupil_id, guardian_ids, warnings=doubtful_letters(entry))

    def _note_given_code(self, pupil_id: str) -> None:
        self._given_codes.append(
            {
                "change_id": str(uuid4()),
                "pupil_id": pupil_id,
                "kind": "code_given",
                "merged_pupil_id": None,
                "evidence": ROSTER_EVIDENCE,
                "changed_by": ROSTER_EVIDENCE,
                "changed_at": self._now,
            }
        )

    def _keep_pupil(self, entry: PupilEntry, pupil: KnownPupil, *, is_new: bool) -> None:
        pupil_id = pupil.pupil_id
        row = {
            "pupil_id": pupil_id,
            "personal_code": pupil.personal_code,
            "alternative_id_type": pupil.alternative_id_type,
            "alternative_id": pupil.alternative_id,
            "name": normal_name(entry.name),
            "date_of_birth": entry.date_of_birth,
            "school_code": entry.school_code,
            "school_name": normal_name(entry.school_name),
            "pupil_code": entry.pupil_code,
            "class_group": normal_name(entry.class_group),
            "pending_until": entry.pending.until if entry.pending else None,
            "pending_reason": entry.pending.reason if entry.pending else None,
        }
        if is_new or pupil_id in self._new_pupils:
            self._new_pupils[pupil_id] = row | {"registered_at": self._now}
        else:
            self._changed_pupils[pupil_id] = row

    def _tie(self, pupil_id: str, entry: GuardianEntry) -> str | None:
        ties = self._ties.setdefault(pupil_id, [])
        guardian = self._find_guardian(entry, ties)
        if guardian is None or any(row.is_own and row.guardian.guardian_id == guardian.guardian_id for row in ties):
            return None  # with a mistyped code, or with the pupil's own
        between = [row for row in ties if row.guardian.guardian_id == guardian.guardian_id]
        if not between:
            self._open_tie(pupil_id, guardian, entry)
        elif all(row.tie.barred_at is None for row in between):
            last = between[-1]
            ended = last.tie.valid_until
            if ended is not None and entry.valid_from is not None and entry.valid_from > ended:
                self._open_tie(pupil_id, guardian, entry)
            elif entry.valid_until is not None:
                store.end_ties(self._connection, [last.guardianship_id], valid_until=entry.valid_until)
        return guardian.guardian_id

    def _find_guardian(self, entry: GuardianEntry, ties: list[store.TieRow]) -> store.Guardian | None:
        name = normal_name(entry.name)
        if entry.personal_code is None:
            # Without a code only this pupil's own guardians may be meant: names never tie people across families.
            of_pupil = (row.guardian for row in ties if not row.is_own)
            found = next((row for row in of_pupil if row.name.casefold() == name.casefold()), None)
        else:
            found = self._guardians.get(entry.personal_code)
            if found is not None and found.name.casefold() != name.casefold():
                return None  # a mistyped code must not let a stranger in
            found = found or self._give_code(entry.personal_code, name, entry, ties)
        if found is None:
            found = store.Guardian(str(uuid4()), name, entry.personal_code)
            self._new_guardians.append(
                {
                    "guardian_id": found.guardian_id,
                    "name": name,
                    "personal_code": entry.personal_code,
                    "registered_at": self._now,
                }
            )
            if entry.personal_code:
                self._guardians[entry.personal_code] = found
        return found

    def _give_code(self, code: str, name: str, entry: GuardianEntry, ties: list[store.TieRow]) -> store.Guardian | None:
        """The pupil's guardian of this name and relation who had no code has this one from now on."""
        fresh = {row["guardian_id"] for row in self._new_guardians}
        for place, row in enumerate(ties):
            one = row.guardian
            is_meant = one.name.casefold() == name.casefold() and row.tie.relation == entry.relation
            if is_meant and one.personal_code is None and one.guardian_id not in fresh:
                found = store.Guardian(one.guardian_id, one.name, code)
                store.update_guardian(self._connection, one.guardian_id, {"personal_code": code})
                ties[place] = structs.replace(row, guardian=found)
                self._guardians[code] = found
                return found
        return None

    def _open_tie(self, pupil_id: str, guardian: store.Guardian, entry: GuardianEntry) -> None:
        tie = Guardianship(
            pupil_id=pupil_id,
            guardian_id=guardian.guardian_id,
            valid_from=entry.valid_from or self._today,
            valid_until=entry.valid_until,
            relation=entry.relation.value,
        )
        bar = self._bar_on(guardian, self._ties[pupil_id])
        tie = structs.replace(tie, barred_at=None if bar is None else bar.tie.barred_at)
        guardianship_id = str(uuid4())
        opened = store.TieRow(
            guardianship_id=guardianship_id,
            tie=tie,
            guardian=guardian,
            barred_reason=None if bar is None else bar.barred_reason,
            decision_reference=None if bar is None else bar.decision_reference,
        )
        self._ties[pupil_id].append(opened)
        self._new_ties.append(
            {
                "guardianship_id": guardianship_id,
                "pupil_id": pupil_id,
                "guardian_id": guardian.guardian_id,
                "relation": tie.relation,
                "valid_from": tie.valid_from,
                "valid_until": tie.valid_until,
                "barred_at": tie.barred_at,
                "barred_reason": opened.barred_reason,
                "decision_reference": opened.decision_reference,
            }
        )

    @staticmethod
    def _bar_on(guardian: store.Guardian, ties: Sequence[store.TieRow]) -> store.TieRow | None:
        """A bar of this pupil that has to hold for this person too: the roster may name a barred one a second time."""
        for row in ties:
            barred = row.guardian
            if row.tie.barred_at is not None and is_perhaps_one_person(
                barred.name, barred.personal_code, guardian.name, guardian.personal_code
            ):
                return row
        return None


def _identity(entry: PupilEntry) -> _Identity | None:
    """An identity that means the same pupil at every school; with a temporary code, at the school that made it up."""
    alternative = entry.alternative_id
    if alternative is None:
        return None
    if alternative.type is AlternativeIdType.TEMPORARY:
        return (entry.school_code, alternative.type.value, alternative.value, normal_name(entry.name))
    return (alternative.type.value, alternative.value)


def _alternative_to_keep(entry: PupilEntry, known: KnownPupil | None) -> tuple[str | None, str | None]:
    """A roster that says nothing of another identity, or names only a temporary code, takes none away."""
    named = entry.alternative_id
    if known is not None and known.alternative_id is not None:
        knows_better = known.alternative_id_type != AlternativeIdType.TEMPORARY
        if named is None or (named.type is AlternativeIdType.TEMPORARY and knows_better):
            return known.alternative_id_type, known.alternative_id
    return (None, None) if named is None else (named.type.value, named.value)


def _same_pupil(entry: PupilEntry, known: KnownPupil, others: Sequence[KnownPupil | None]) -> bool:
    two_pupils = any(other is not None and other.pupil_id != known.pupil_id for other in others)
    two_codes = None not in (entry.personal_code, known.personal_code) and entry.personal_code != known.personal_code
    return not two_pupils and not two_codes and entry.date_of_birth == known.date_of_birth
