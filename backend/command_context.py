"""What every ``hocba`` command works with: the city of the settings, a clock, the ``--json`` switch, files to write."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click

from backend.city import City, open_city
from backend.settings import Settings, load_settings

json_option = click.option("--json", "as_json", is_flag=True, help="Một văn bản JSON / One JSON document.")


def city_here() -> City:
    """The city that the settings name; closed when the command ends."""
    city = open_city(settings_here())
    click.get_current_context().call_on_close(city.close)
    return city


def settings_here() -> Settings:
    """The settings of the environment."""
    return load_settings(os.environ)


def clock_here() -> Callable[[], datetime]:
    """This machine's clock, or the one that the caller handed in as click's ``obj``."""
    clock: Callable[[], datetime] | None = click.get_current_context().obj
    return _wall_clock if clock is None else clock


def now_here() -> datetime:
    """The moment by that clock."""
    return clock_here()()


def write_file(path: Path, content: bytes) -> None:
    """Write a file that the caller named.

    Raises:
        FileError: it cannot be written there.
    """
    try:
        path.write_bytes(content)
    except OSError as error:
        raise click.FileError(str(path), error.strerror) from error


def _wall_clock() -> datetime:
    return datetime.now(UTC)
