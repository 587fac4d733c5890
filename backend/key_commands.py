"""``hocba keys``: whether the department's keys can be used."""

import sys

import click
import msgspec

from backend.city import key_settings
from backend.command_context import json_option, now_here, settings_here
from backend.console import print_json, print_rows, say
from backend.signing.check_keys import CheckedKey, check_keys

IN_PART = 1


@click.group()
def keys() -> None:
    """Khóa ký của Sở / The department's signing keys."""


@keys.command("check")
@json_option
def check_command(*, as_json: bool) -> None:
    """Ký thử và kiểm lại bằng từng khóa / Sign with each key and verify; nothing is kept."""
    checked = check_keys(key_settings(settings_here()), now_here())
    if as_json:
        print_json({"keys": msgspec.to_builtins(checked)})
    else:
        for key in checked:
            _print_key(key)
    if any(key.code is not None for key in checked):
        sys.exit(IN_PART)


def _print_key(key: CheckedKey) -> None:
    print_rows(
        [
            ("Khóa / Key", key.name),
            ("  Nơi giữ / Kept in", key.place),
            ("  Loại / Kind", key.kind or "-"),
            ("  Chứng thư hết hạn / Certificate ends", key.valid_until or "-"),
            ("  Ký và kiểm / Signs and verifies", "có / yes" if key.code is None else "không / no"),
        ]
    )
    if key.code is not None:
        say(key.code, key.details)
