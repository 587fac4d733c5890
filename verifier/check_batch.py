"""A zip of cards, checked one after the other; each verdict is told as it comes.

A batch waits for its turns instead of being sent away, and gives way to single checks (``fair_turns``).
"""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import msgspec
from msgspec.structs import asdict

from verifier.check_service import CheckService
from verifier.unpack_zip import Archive, verdict_of_problem
from verifier.verdict import Verdict
from verifier.verify import could_not_check, recognise
from verifier.worker import TooBusyError

TURNS_ASKED_FOR = 8
"""A member that had no turn after so many times of patience, about two minutes, stays undetermined."""


class BatchLine(Verdict, frozen=True, kw_only=True):
    """A line of the answer: one member's verdict and its place in the batch, which comes first on the wire."""

    input: str
    """A safe form of the member's name."""
    position: int
    """From 1."""
    total: int

    def encode(self) -> bytes:
        """The line in JSON, with its end."""
        fields = asdict(self)
        first = {name: fields.pop(name) for name in ("input", "position", "total")}
        return msgspec.json.encode({**first, **fields}) + b"\n"


async def check_batch(
    service: CheckService, archive: Archive, *, sender: str, deep: bool = False
) -> AsyncGenerator[BatchLine]:
    """Verdicts in the archive's order. Stops where the caller stops asking."""
    total = len(archive)
    for index in range(total):
        member = await asyncio.to_thread(archive.unpack, index)
        if member.problem is not None:
            verdict = verdict_of_problem(member.problem, now=service.clock())
        else:
            verdict = await _check_patiently(service, member.data, sender, deep=deep)
        place: dict[str, Any] = {"input": member.name, "position": index + 1, "total": total}
        yield BatchLine(**place, **asdict(verdict))


async def _check_patiently(service: CheckService, data: bytes, sender: str, *, deep: bool) -> Verdict:
    for _ in range(TURNS_ASKED_FOR):
        try:
            return await service.check_soon(data, deep=deep, sender=sender, batch=True)
        except TooBusyError:
            await asyncio.sleep(1)
    return could_not_check(recognise(data), "verify_busy", now=service.clock())
