"""One target under atheris, which follows the branches of ``verifier``: ``python -m tests.fuzz.atheris_target NAME …``.

What follows the name goes to libFuzzer: corpus folders and flags.
"""

import sys
from contextlib import suppress

import atheris

with atheris.instrument_imports(include=["verifier"]):
    from tests.fuzz.targets import TARGETS
    from verifier.errors import VerifierError


def main(name: str, arguments: list[str]) -> None:
    target = TARGETS[name]

    def feed(data: bytes) -> None:
        with suppress(VerifierError):
            target.feed(data)

    atheris.Setup([sys.argv[0], *arguments], feed)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
