"""A warning: where a card differs from the rules. The card stands as it was signed; nothing is ever rewritten."""

from msgspec import Struct


class CardWarning(Struct, frozen=True):
    """One difference, with all that a school needs to look it up. It holds marks and levels, never who the pupil is."""

    code: str
    """Stable; its sentence is in ``backend/messages``."""
    field: str
    """Element of the XML that the warning is about."""
    rule: str | None = None
    """Name of the rule, as the function that computes it is called; None where no rule but the text is at odds."""
    regulation: str | None = None
    """Number of the circular, or of the one that amends it."""
    article: str | None = None
    subject: str | None = None
    """Subject code, for a warning about a row of the table of marks."""
    inputs: dict[str, str] = {}
    """What the rule was given, as it stands on the card."""
    written: str | None = None
    """What the card says."""
    expected: str | None = None
    """What the rule gives; several readings of an article are separated by " / "."""
