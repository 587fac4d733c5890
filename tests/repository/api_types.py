"""The pages' types of the API, made from the service's own OpenAPI document: ``make api-types`` writes them anew."""

import json
import subprocess
import tempfile
from pathlib import Path

from litestar.testing import TestClient

from backend.app import create_app
from backend.database import Database, upgrade_to_head
from backend.http.open_api import OPENAPI_PATH
from backend.settings import load_settings
from tests.backend.working_city import WorkingCity
from tests.verifier.small_city import small_city

PWA = Path(__file__).parents[2] / "pwa"
TYPES = PWA / "src" / "api" / "openApi.ts"


def main() -> None:
    """Write the file."""
    with tempfile.TemporaryDirectory() as folder:
        TYPES.write_text(make_types(Path(folder)), encoding="utf-8")


def make_types(folder: Path) -> str:
    """TypeScript of every wire shape; ``folder`` is an empty one to work in."""
    document = folder / "openapi.json"
    document.write_text(json.dumps(_shapes(folder)), encoding="utf-8")
    program = PWA / "node_modules" / ".bin" / "openapi-typescript"
    made = folder / "openApi.ts"
    subprocess.run([program, document, "--output", made, "--immutable"], check=True, capture_output=True)
    return made.read_text(encoding="utf-8")


def _shapes(folder: Path) -> dict[str, object]:
    """The document without its addresses: the pages name those themselves."""
    database = Database(f"sqlite:///{folder / 'hocba.sqlite'}")
    upgrade_to_head(database)
    working = WorkingCity(small_city(), database, folder / "data")
    working.open()
    database.close()
    with TestClient(create_app(load_settings(working.environment))) as client:
        document: dict[str, object] = client.get(OPENAPI_PATH).json()
    return document | {"paths": {}}


if __name__ == "__main__":
    main()
