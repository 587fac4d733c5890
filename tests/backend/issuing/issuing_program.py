"""``hocba issue`` by a fixed clock, as a process of its own that a test can kill."""

import datetime as dt
import os
import sys
from functools import partial

from backend.city import open_city
from backend.issuing.issue_cards import issue_cards
from backend.settings import load_settings


def main(moment: str, workers: str) -> None:
    """Issue everything that waits, at ``moment``, on so many worker processes."""
    now = dt.datetime.fromisoformat(moment)
    city = open_city(load_settings(os.environ))
    with city.timestamp_urls(demo_clock=lambda: now) as urls:
        print("begun", flush=True)  # noqa: T201  # the test waits for this line
        issue_cards(
            city.database,
            city.objects,
            setup_at=partial(city.worker_setup, urls),
            workers=int(workers),
            clock=lambda: now,
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
