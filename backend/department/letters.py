"""Activation letters of a school: a code for each guardian who may read a card and has no passkey yet."""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from backend.access.context import Access
from backend.access.errors import GuardianMayNotEnrolError
from backend.access.issue_activation_code import issue_activation_code
from backend.access.store import has_passkey
from backend.department.store import guardians_of_school


class ParentLetter(Struct, frozen=True):
    """What stands on one letter. The code is nowhere else."""

    class_group: str
    child: str
    guardian: str
    activation_code: str
    expires_at: datetime


def write_letters(
    access: Access, *, school_code: str, class_group: str | None = None, now: datetime
) -> Iterator[ParentLetter]:
    """Letters by class and child; a guardian of several children gets one. Earlier codes that nobody used end."""
    seen: set[str] = set()
    with access.database.read() as connection:
        found = [
            row
            for row in guardians_of_school(connection, school_code, class_group=class_group)
            if not has_passkey(connection, access.realm.tables, owner_id=row.guardian_id)
        ]
    for row in found:
        if row.guardian_id in seen:
            continue
        seen.add(row.guardian_id)
        try:
            code = issue_activation_code(access, guardian_id=row.guardian_id, now=now)
        except GuardianMayNotEnrolError:  # barred, ended, or without a personal code
            continue
        yield ParentLetter(row.class_group, row.child, row.guardian, code.code, code.expires_at)
