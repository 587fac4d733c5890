"""A parent says that their personal code is another one; the school confirms it."""

from datetime import datetime

from backend.access.claimed_text import code_to_look_up
from backend.access.context import Access
from backend.access.errors import PersonalCodeMalformedError
from backend.people.confirmations.rules import ConfirmationReason
from backend.people.confirmations.store import open_confirmation


def ask_for_personal_code(access: Access, *, guardian_id: str, claimed_personal_code: str, now: datetime) -> None:
    """Ask the school to change the code. Whether somebody else has it is only seen, and said, when it confirms.

    Raises:
        PersonalCodeMalformedError: no twelve digits.
    """
    code = code_to_look_up(claimed_personal_code)
    if not code:
        raise PersonalCodeMalformedError
    with access.database.write() as connection:
        open_confirmation(
            connection,
            guardian_id=guardian_id,
            reason=ConfirmationReason.PERSONAL_CODE_CHANGE,
            claimed_personal_code=code,
            now=now,
        )
