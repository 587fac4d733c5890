"""Places are given out by turns among senders."""

import asyncio

import pytest

from verifier.fair_turns import FairTurns
from verifier.worker import TooBusyError

LONG = 5.0


async def hold(turns: FairTurns, sender: str, order: list[str], *, batch: bool = False) -> None:
    async with turns.turn(sender, patience_seconds=LONG, batch=batch):
        order.append(sender)
        await asyncio.sleep(0)


def test_a_sender_with_many_checks_does_not_keep_another_waiting() -> None:
    async def run() -> list[str]:
        turns, order = FairTurns(1), list[str]()
        many = [hold(turns, "many", order) for _ in range(5)]
        await asyncio.gather(*many, hold(turns, "one", order), hold(turns, "other", order))
        return order

    assert asyncio.run(run())[:4] == ["many", "many", "one", "other"]


def test_a_batch_never_holds_more_than_half_of_the_places() -> None:
    async def run() -> None:
        turns = FairTurns(4)
        async with (
            turns.turn("a", patience_seconds=LONG, batch=True),
            turns.turn("b", patience_seconds=LONG, batch=True),
        ):
            with pytest.raises(TooBusyError):
                await turns.turn("c", patience_seconds=0.01, batch=True).__aenter__()
            async with turns.turn("d", patience_seconds=LONG), turns.turn("e", patience_seconds=LONG):
                assert turns.waiting == 0

    asyncio.run(run())


def test_one_place_is_enough_for_batches_too() -> None:
    order: list[str] = []

    asyncio.run(hold(FairTurns(1), "a", order, batch=True))

    assert order == ["a"]


def test_single_checks_come_before_a_waiting_batch() -> None:
    async def run() -> list[str]:
        turns, order = FairTurns(1), list[str]()
        async with turns.turn("first", patience_seconds=LONG):
            waiting = [
                asyncio.create_task(hold(turns, "batch", order, batch=True)),
                asyncio.create_task(hold(turns, "single", order)),
            ]
            await asyncio.sleep(0)
        await asyncio.gather(*waiting)
        return order

    assert asyncio.run(run()) == ["single", "batch"]


def test_too_many_that_wait_and_too_long_a_wait_are_sent_away() -> None:
    async def run() -> None:
        turns = FairTurns(1, max_waiting=1)
        async with turns.turn("a", patience_seconds=LONG):
            waiting = asyncio.create_task(hold(turns, "b", []))
            await asyncio.sleep(0)
            with pytest.raises(TooBusyError):
                await turns.turn("c", patience_seconds=LONG).__aenter__()
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
            with pytest.raises(TooBusyError):
                await turns.turn("c", patience_seconds=0.01).__aenter__()
            assert turns.waiting == 0

    asyncio.run(run())


def test_whoever_gives_up_gives_the_place_back() -> None:
    async def run() -> list[str]:
        turns, order = FairTurns(1), list[str]()
        for _ in range(3):
            async with turns.turn("a", patience_seconds=LONG):
                waiting = asyncio.create_task(hold(turns, "b", order))
                await asyncio.sleep(0)
            waiting.cancel()  # its turn was called, and it has not begun
            await asyncio.gather(waiting, return_exceptions=True)
        await hold(turns, "c", order)
        return order

    assert asyncio.run(run())[-1] == "c"


def test_a_turn_that_was_given_up_is_called_for_the_next() -> None:
    async def run() -> list[str]:
        turns, order = FairTurns(1), list[str]()
        async with turns.turn("a", patience_seconds=LONG):
            given_up = asyncio.create_task(hold(turns, "b", order))
            waiting = asyncio.create_task(hold(turns, "c", order))
            await asyncio.sleep(0)
            given_up.cancel()  # it has not noticed when the place is called out
        await asyncio.gather(given_up, waiting, return_exceptions=True)
        return order

    assert asyncio.run(run()) == ["c"]
