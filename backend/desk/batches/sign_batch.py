"""The signing worker: signs the cards of a confirmed batch, each once, whatever dies when.

1. the whole evidence is checked again (``verify_authorisation``), and so is the certificate's approval;
2. for each card that waits: person, role, passkey, batch and approval still stand, and its bytes are those that were
   confirmed; a card that changed is left out, with the reason;
3. the key signs (``signing.sign_xml``), as many cards at once as one authorisation of it covers: a remote signing
   service asks the key's owner, and the owner's no ends the batch. The school's signature finishes the card: it goes
   through the very checks of a card that a school sends (``intake.check_card``);
4. in one transaction: everything of step 2 once more, the new bytes in the place of the old ones or into the archive,
   and the mark that the card is signed.

Killed before step 4 is committed, nothing was signed: the signature was never kept, and a resumed run makes it anew.
Killed after it, the card does not wait any more. An authorisation that does not hold ends its batch; a key that does
not answer leaves the rest waiting for the next run.
"""

import hashlib
import hmac
import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import Connection

from backend.archive.prepared.card import PreparedCard
from backend.archive.prepared.store import find_prepared, put_signed_xml
from backend.desk import store as staff_store
from backend.desk.batches import store
from backend.desk.batches.batch import BatchCard, BatchCardState, BatchState, SigningBatch
from backend.desk.batches.errors import AuthorisationRefusedError, SigningRefusedError
from backend.desk.batches.signing_certificate import SIGNER_ROLES, find_signing_certificate, verify_certificate
from backend.desk.batches.verify_authorisation import verify_evidence, verify_running, verify_standing
from backend.desk.context import Desk
from backend.desk.person import StaffEventKind
from backend.desk.rules import Purpose, state_after, states_to_sign
from backend.intake.batch import Outcome
from backend.intake.check_card import AcceptedCard, CardRefusedError, check_card
from backend.intake.receive_batch import keep_accepted_card
from backend.signing.certified_key import signature_matches
from backend.signing.errors import KeyOwnerRefusedError, NotSignableError, SigningError
from backend.signing.keys import PersonKey
from backend.signing.sign_xml import PreparedSignature, prepare_card_signature
from verifier.certificate import fingerprint
from verifier.lists import Lists

OnProgress = Callable[[int, int], None]
"""Called with the number of cards of the batch that do not wait any more, and of all of them."""

_LOG = logging.getLogger("hocba.desk")


class BatchReport(Struct, frozen=True):
    """How a run of the worker ended."""

    batch_id: str
    signed: int
    left_out: int
    failed: int
    waiting: int
    """Left for the next run: a key did not answer."""
    ended_by: str | None
    """Why the authorisation does not hold, or why the key did not answer."""


class _CardLeftOutError(Exception):
    """The authorisation does not cover this card as it stands now."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class _CardFailedError(Exception):
    """The card cannot be signed, or the department would not take it."""

    def __init__(self, code: str, details: dict[str, str | int]) -> None:
        self.code, self.details = code, details
        super().__init__(code)


def sign_batch(
    desk: Desk,
    batch_id: str,
    *,
    on_progress: OnProgress = lambda _done, _all: None,
    should_stop: Callable[[], bool] = lambda: False,
    clock: Callable[[], datetime],
) -> BatchReport:
    """Sign what waits of a confirmed batch, taking the steps of the module's list. Two workers do no harm."""
    ended_by: str | None = None
    try:
        batch, cards, key, personal_code = _open(desk, batch_id, clock())
        signer = _Signer(desk, batch, key, personal_code, clock)
        waiting = [card for card in cards if card.state is BatchCardState.WAITING]
        for start in range(0, len(waiting), key.hashes_at_once):
            if should_stop():
                return _report(desk, batch_id, None)
            on_progress(len(cards) - len(waiting) + start, len(cards))
            signer.sign(waiting[start : start + key.hashes_at_once])
        on_progress(len(cards), len(cards))
        with desk.access.database.write() as connection:
            store.end_batch(connection, batch_id, state=BatchState.DONE, reason=None, now=clock())
    except AuthorisationRefusedError as error:
        ended_by = error.reason
        _end(desk, batch_id, error, clock())
    except KeyOwnerRefusedError as error:
        ended_by = error.reason
        _end(desk, batch_id, AuthorisationRefusedError(error.reason), clock())
    except SigningError as error:
        ended_by = error.reason
        _LOG.error("a batch's key does not sign, the rest waits: batch %s, %s", batch_id, error.reason)
    return _report(desk, batch_id, ended_by)


def _open(
    desk: Desk, batch_id: str, now: datetime
) -> tuple[SigningBatch, tuple[BatchCard, ...], PersonKey, str | None]:
    """Step 1, and only then the key."""
    with desk.access.database.read() as connection:
        batch = verify_running(store.find_batch(connection, batch_id), now=now)
        cards = store.read_batch_cards(connection, batch_id)
        verify_evidence(batch, cards, relying_party=desk.access.relying_party, now=now)
        verify_standing(connection, desk.access, batch, now=now)
        certificate = _same_certificate(connection, batch)
        person = staff_store.find_person(connection, batch.person_id)
    verify_certificate(
        certificate, purpose=batch.purpose, school_code=batch.school_code, lists=desk.lists_at(now), now=now
    )
    key = desk.key_ring.open_key(batch.key_reference)
    if not hmac.compare_digest(fingerprint(key.certificate), batch.certificate_sha256):
        raise AuthorisationRefusedError("authorisation_of_other_certificate")
    personal_code = None if person is None or batch.purpose is Purpose.SCHOOL else person.personal_code
    return batch, cards, key, personal_code


def _same_certificate(connection: Connection, batch: SigningBatch) -> bytes:
    """The certificate that was confirmed, if it is still the one that is signed with."""
    try:
        certificate, reference = find_signing_certificate(
            connection, purpose=batch.purpose, person_id=batch.person_id, school_code=batch.school_code
        )
    except SigningRefusedError as error:
        raise AuthorisationRefusedError("authorisation_of_other_certificate") from error
    same = hmac.compare_digest(hashlib.sha256(certificate).digest(), batch.certificate_sha256)
    if not same or reference != batch.key_reference:
        raise AuthorisationRefusedError("authorisation_of_other_certificate")
    return certificate


class _Signer(Struct, frozen=True):
    """Steps 2 to 4 for the cards of one batch."""

    desk: Desk
    batch: SigningBatch
    key: PersonKey
    personal_code: str | None
    clock: Callable[[], datetime]

    def sign(self, cards: Sequence[BatchCard]) -> None:
        """Sign cards by one call of the key and keep them one by one, or say of each why not."""
        prepared = [(card, one) for card in cards if (one := self._prepare(card)) is not None]
        if not prepared:
            return
        values = self.key.sign_hashes([one.digest for _, one in prepared])
        for (card, one), value in zip(prepared, values, strict=True):
            if signature_matches(self.key.certificate, value, one.digest):
                self._keep(card, one.finish(value))
            else:  # before it is kept: else it comes to light two signatures later
                self._mark(card, BatchCardState.FAILED, "signature_of_other_key", {})

    def _prepare(self, card: BatchCard) -> PreparedSignature | None:
        """Step 2, and what step 3 signs."""
        try:
            return self._prepared(self._read(card))
        except _CardLeftOutError as error:
            self._mark(card, BatchCardState.LEFT_OUT, error.code, {})
        except _CardFailedError as error:
            self._mark(card, BatchCardState.FAILED, error.code, error.details)
        return None

    def _keep(self, card: BatchCard, signed: bytes) -> None:
        """Step 4."""
        try:
            if state_after(self.batch.purpose) is None:
                self._hand_in(card, signed)
            else:
                self._put(card, signed)
        except _CardLeftOutError as error:
            self._mark(card, BatchCardState.LEFT_OUT, error.code, {})
        except _CardFailedError as error:
            self._mark(card, BatchCardState.FAILED, error.code, error.details)

    def _read(self, card: BatchCard) -> bytes:
        """Step 2."""
        now = self.clock()
        lists = self.desk.lists_at(now)
        with self.desk.access.database.read() as connection:
            batch = store.find_batch(connection, self.batch.batch_id)
            return self._authorised(connection, batch, card, lists=lists, now=now)

    def _authorised(
        self, connection: Connection, batch: SigningBatch | None, card: BatchCard, *, lists: Lists, now: datetime
    ) -> bytes:
        """The card's bytes, if all of step 2 holds in this transaction."""
        verify_running(batch, now=now)
        verify_standing(connection, self.desk.access, self.batch, now=now)
        verify_certificate(
            _same_certificate(connection, self.batch),
            purpose=self.batch.purpose,
            school_code=self.batch.school_code,
            lists=lists,
            now=now,
        )
        required = staff_store.teacher_signature_required(connection, self.batch.school_code)
        return self._covered(card, find_prepared(connection, card.record_id), required=required)

    def _covered(self, card: BatchCard, prepared: PreparedCard | None, *, required: bool) -> bytes:
        if prepared is None:
            raise _CardLeftOutError("signing_card_gone")
        if prepared.xml is None or not hmac.compare_digest(hashlib.sha256(prepared.xml).digest(), card.xml_sha256):
            raise _CardLeftOutError("signing_card_changed")
        states = states_to_sign(self.batch.purpose, teacher_signature_required=required)
        if prepared.missing or prepared.state not in states:
            raise _CardLeftOutError("signing_not_your_turn")
        return prepared.xml

    def _prepared(self, xml: bytes) -> PreparedSignature:
        try:
            return prepare_card_signature(
                xml,
                role=SIGNER_ROLES[self.batch.purpose],
                certificate=self.key.certificate,
                personal_code=self.personal_code,
                now=self.clock(),
            )
        except NotSignableError as error:
            raise _CardFailedError(error.reason, error.details) from error

    def _put(self, card: BatchCard, signed: bytes) -> None:
        """Step 4, for a signature that others follow."""
        state, now = state_after(self.batch.purpose), self.clock()
        lists = self.desk.lists_at(now)  # before the transaction: making lists anew takes one of its own
        with self.desk.access.database.write() as connection:
            self._hold(connection, card, lists=lists, now=now)
            if state is None or not put_signed_xml(
                connection, card.record_id, expected_xml_sha256=card.xml_sha256, xml=signed, state=state
            ):
                raise _CardLeftOutError("signing_card_changed")
            self._mark_signed(connection, card, signed, now)

    def _hand_in(self, card: BatchCard, signed: bytes) -> None:
        """Step 4, for the school's signature: through the door that every school's cards come through."""
        now = self.clock()
        lists = self.desk.lists_at(now)
        try:
            accepted = check_card(
                signed,
                lists=lists,
                expected_schools=frozenset({self.batch.school_code}),
                public_url=self.desk.public_url,
                now=now,
            )
        except CardRefusedError as error:
            raise _CardFailedError(error.reason, error.details) from error
        self._archive(card, accepted, signed, lists=lists, now=now)

    def _archive(self, card: BatchCard, accepted: AcceptedCard, signed: bytes, *, lists: Lists, now: datetime) -> None:
        with self.desk.access.database.write() as connection:
            self._hold(connection, card, lists=lists, now=now)
            receipt = keep_accepted_card(connection, accepted, position=card.position, now=now)
            if receipt.outcome is Outcome.REFUSED:
                raise _CardFailedError(receipt.code, dict(receipt.details))
            # Before the commit: a row must never point at bytes that a power cut can take.
            self.desk.objects.put(accepted.received.xml_object, signed)
            self.desk.objects.settle([accepted.received.xml_object])
            self._mark_signed(connection, card, signed, now)

    def _hold(self, connection: Connection, card: BatchCard, *, lists: Lists, now: datetime) -> None:
        """Step 2 once more, with the batch held until the transaction ends."""
        batch = store.lock_batch(connection, self.batch.batch_id)
        self._authorised(connection, batch, card, lists=lists, now=now)

    def _mark_signed(self, connection: Connection, card: BatchCard, signed: bytes, now: datetime) -> None:
        if not store.mark_card(
            connection,
            self.batch.batch_id,
            card.position,
            state=BatchCardState.SIGNED,
            signed_xml_sha256=hashlib.sha256(signed).digest(),
            now=now,
        ):
            raise _CardLeftOutError("signing_card_changed")  # another worker was faster; nothing of this one is kept

    def _mark(self, card: BatchCard, state: BatchCardState, code: str, details: dict[str, str | int]) -> None:
        with self.desk.access.database.write() as connection:
            store.mark_card(
                connection,
                self.batch.batch_id,
                card.position,
                state=state,
                code=code,
                details=details,
                now=self.clock(),
            )


def _end(desk: Desk, batch_id: str, error: AuthorisationRefusedError, now: datetime) -> None:
    cause = str(error.details.get("cause", ""))
    _LOG.warning("a batch's authorisation does not hold: batch %s, %s %s", batch_id, error.reason, cause)
    with desk.access.database.write() as connection:
        batch = store.find_batch(connection, batch_id)
        if batch is None or batch.state is BatchState.BEGUN:
            return  # somebody asked for a batch that nobody has confirmed; it stays as it is
        if store.end_batch(connection, batch_id, state=BatchState.ENDED, reason=error.reason, now=now):
            staff_store.add_event(
                connection,
                batch.person_id,
                StaffEventKind.AUTHORISATION_REFUSED,
                by=batch_id,
                reason=f"{error.reason} {cause}".strip(),
                now=now,
            )
        store.leave_out_waiting(connection, batch_id, code=error.reason, now=now)


def _report(desk: Desk, batch_id: str, ended_by: str | None) -> BatchReport:
    with desk.access.database.read() as connection:
        counts = store.count_cards_by_state(connection, batch_id)
    return BatchReport(
        batch_id=batch_id,
        signed=counts.get(BatchCardState.SIGNED.value, 0),
        left_out=counts.get(BatchCardState.LEFT_OUT.value, 0),
        failed=counts.get(BatchCardState.FAILED.value, 0),
        waiting=counts.get(BatchCardState.WAITING.value, 0),
        ended_by=ended_by,
    )
