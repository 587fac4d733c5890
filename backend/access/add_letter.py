"""A parent who is logged in hands in a later letter: another child comes to the same account.

1. The attempt is counted, and a try of the code is used up, as at an enrolment.
2. The letter is the parent's own: nothing more to do, the register ties the child to them already.
3. The letter is of a guardian without a personal code, as another school's register may hold the parent: the school
   confirms that the two are one person, and nothing is visible until then.
4. The letter is of a guardian with another personal code, or of a pupil of age: another person.
"""

from datetime import datetime
from enum import StrEnum

from backend.access import store
from backend.access.activation_code import activation_code_hash
from backend.access.attempts import count_attempt
from backend.access.context import Access
from backend.access.errors import ActivationRefusedError
from backend.people.confirmations.rules import ConfirmationReason
from backend.people.confirmations.store import open_confirmation
from backend.people.majority.two_guardians import are_pupil_and_other
from backend.people.readable import guarded_pupils
from backend.people.store import find_guardian


class LetterState(StrEnum):
    """What became of a letter."""

    ADDED = "added"
    WAITING = "waiting"


def add_letter(
    access: Access, *, guardian_id: str, claimed_activation_code: str, address: str, now: datetime
) -> LetterState:
    """Take a letter into an account.

    Raises:
        TooManyAttemptsError: over a limit.
        ActivationRefusedError: the code is not right, used or ended, or the letter is another person's; not told apart.
    """
    count_attempt(access, access.realm.enrolment, claimed_code=guardian_id, address=address, now=now)
    code_hash = activation_code_hash(claimed_activation_code, key=access.keys.activation)
    state: LetterState | None = None
    with access.database.write() as connection:
        issued_to = store.take_try(connection, access.realm.tables, code_hash, now=now) or ""
        letter, account = find_guardian(connection, issued_to), find_guardian(connection, guardian_id)
        if letter is not None and guarded_pupils(connection, guardian_id=issued_to, now=now):
            if issued_to == guardian_id:
                state = LetterState.ADDED
            elif letter.personal_code is None and account and not are_pupil_and_other(connection, letter, account):
                state = LetterState.WAITING
                open_confirmation(
                    connection,
                    guardian_id=issued_to,
                    account_id=guardian_id,
                    reason=ConfirmationReason.ANOTHER_CHILD,
                    now=now,
                )
        if state is not None and not store.use_code(connection, access.realm.tables, code_hash, now=now):
            state = None
    # Outside the transaction: a refusal must not give the try back.
    if state is None:
        raise ActivationRefusedError
    return state
