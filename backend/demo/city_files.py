"""Where the demo city keeps its things: below ``<data>/demo``; keys, database and objects where every city has them."""

import os
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from backend.demo.pki import DemoPki
from backend.settings import Settings


class CityPlan(Struct, frozen=True):
    """Which city was begun here: a run that was killed goes on with the same one."""

    seed: int
    pupils: int
    begun_at: datetime
    """``now`` of the first run: a run that goes on signs and registers as of the same moment."""


class CityFiles:
    """Paths of one demo city."""

    def __init__(self, settings: Settings) -> None:
        self.folder = settings.data / "demo"
        self.pki_folder = settings.key_folder.parent
        self.pki = DemoPki(self.pki_folder)
        self.transactions = self.folder / "transactions"
        self.plan = self.folder / "plan.json"
        self.letters = self.folder / "letters.json"
        """Activation codes in clear, as a school's letters to parents."""
        self.staff = self.folder / "staff.json"
        """Activation codes of the schools' staff, in clear."""
        self.summary = self.folder / "summary.json"
        """Written last: the city is finished."""
        self.sample_pdf = self.folder / "hoc-ba-mau.pdf"
        self.trust_list = self.folder / "trust-list.cwt"

    def make_folder(self) -> None:
        """Make the city's folder, for this user alone: cards and activation codes lie below it."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file for this user alone; it appears whole or not at all."""
    unfinished = path.with_suffix(f".{os.getpid()}.unfinished")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    unfinished.replace(path)
