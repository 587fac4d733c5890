"""A card that is prepared and has not been issued, as a value."""

from msgspec import Struct

from backend.archive.rules import CardState


class PreparedCard(Struct, frozen=True, kw_only=True):
    """The card to come of a pupil, school and school year. Names and XML are personal data: not for logs or URLs."""

    record_id: str
    school_code: str
    pupil_code: str
    school_year: str
    name: str | None
    grade: int
    class_group: str
    level: str
    state: CardState
    missing: tuple[str, ...]
    """What has to come before anybody signs."""
    xml: bytes | None
    """As ``write_unsigned_card`` writes it, with the signatures so far; None where the card is only announced."""
