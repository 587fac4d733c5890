"""``hocba-verify`` with a cache of its own and a folder of lists."""

from pathlib import Path

from click.testing import CliRunner, Result

from tests.verifier.small_city import NOW, SmallCity
from verifier.cli import main
from verifier.lists import Lists

AT = NOW.isoformat()


class Shell:
    """Runs the command with a cache of its own and a folder of lists."""

    def __init__(self, city: SmallCity, folder: Path) -> None:
        self.folder = folder
        self.lists = folder / "lists"
        self.city = city
        self.publish(city.lists())

    def publish(self, lists: Lists) -> None:
        self.city.publish(self.lists, lists)

    def put(self, name: str, data: bytes) -> str:
        path = self.folder / "cards" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        return str(path)

    def run(self, *arguments: str, stdin: bytes = b"", **environment: str) -> Result:
        own = {
            "HOCBA_TRUST_ANCHOR": None,
            "HOCBA_LISTS": None,
            "HOCBA_CACHE": str(self.folder / "cache"),
            **environment,
        }
        return CliRunner().invoke(main, arguments, input=stdin, env=own, catch_exceptions=False)

    def check(self, *inputs: str, stdin: bytes = b"") -> Result:
        anchor = self.city.trust_anchor
        return self.run("--trust-anchor", anchor, "--lists", str(self.lists), "--at", AT, *inputs, stdin=stdin)
