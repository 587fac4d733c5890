"""Which pupils have an account of their own that opens."""

from collections.abc import Collection

from sqlalchemy import Connection

from backend.access.store import has_passkey
from backend.access.tables import PARENT_TABLES
from backend.people.store import ties_of_pupils


def pupils_with_own_account(connection: Connection, pupil_ids: Collection[str]) -> set[str]:
    """Those of the pupils who have made a passkey of their own."""
    return {
        pupil_id
        for pupil_id, ties in ties_of_pupils(connection, pupil_ids).items()
        for row in ties
        if row.is_own and has_passkey(connection, PARENT_TABLES, owner_id=row.guardian.guardian_id)
    }
