from datetime import UTC, datetime, timedelta

import pytest

from backend.issuing.jobs.rules import (
    FIRST_DELAY,
    LONGEST_DELAY,
    MAX_TRIES,
    TRANSITIONS,
    IllegalJobStepError,
    JobState,
    next_try_at,
    verify_job_step,
)

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize("current", list(JobState))
@pytest.mark.parametrize("wanted", list(JobState))
def test_every_step_is_allowed_or_refused_by_the_table(current: JobState, wanted: JobState) -> None:
    if wanted in TRANSITIONS[current]:
        verify_job_step(current, wanted)
    else:
        with pytest.raises(IllegalJobStepError, match="issuing_job_state_forbids"):
            verify_job_step(current, wanted)


def test_what_is_done_stays_done_and_what_gave_up_goes_on_only_when_asked() -> None:
    assert TRANSITIONS[JobState.DONE] == frozenset()
    assert TRANSITIONS[JobState.FAILED] == TRANSITIONS[JobState.PAUSED] == {JobState.QUEUED}


def test_each_wait_is_twice_as_long_up_to_an_hour_and_then_it_gives_up() -> None:
    waits = [at - NOW for tries in range(1, MAX_TRIES) if (at := next_try_at(NOW, tries=tries)) is not None]
    assert waits[:3] == [FIRST_DELAY, 2 * FIRST_DELAY, 4 * FIRST_DELAY]
    assert len(waits) == MAX_TRIES - 1
    assert max(waits) == LONGEST_DELAY
    assert next_try_at(NOW, tries=MAX_TRIES) is None
    assert timedelta(hours=4) < sum(waits, timedelta()) < timedelta(hours=8)
