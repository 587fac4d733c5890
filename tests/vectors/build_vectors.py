"""Rebuild the test vectors: ``python -m tests.vectors.build_vectors``.

Keys and clock are fixed and signatures deterministic, so the files are the same byte for byte on every run; a test
proves it. Other implementations (the parents' page is one) read the same files; ``README.md`` says what is in them.
"""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.vectors.capsule_vectors import capsule_vectors
from tests.vectors.list_vectors import list_vectors
from tests.vectors.pdf_vectors import pdf_vectors
from tests.vectors.record_xml_vectors import record_xml_vectors
from tests.vectors.signed_xml_vectors import signed_xml_vectors

FOLDER = Path(__file__).parent


def build() -> dict[str, bytes]:
    """Every vector by its path below this folder."""
    files: dict[str, bytes] = {}
    signed_xml_lists, signed_xml = signed_xml_vectors()
    files["signed_xml/lists.json"] = _encode(signed_xml_lists)
    for folder, vectors in (
        ("capsule", capsule_vectors()),
        ("lists", list_vectors()),
        ("record_xml", record_xml_vectors()),
        ("signed_xml", signed_xml),
    ):
        for vector in vectors:
            path = f"{folder}/{vector.name}.json"
            if path in files:
                raise ValueError(path)
            files[path] = _encode(vector.to_json())
    lists, genuine, pdfs = pdf_vectors()
    files["pdf/lists.json"] = _encode(lists)
    files |= {f"pdf/{name}.pdf": data for name, data in genuine.items()}
    files |= {f"pdf/{vector.name}.json": _encode(vector.to_json()) for vector in pdfs}
    return files


def _encode(vector: Mapping[str, Any]) -> bytes:
    return (json.dumps(vector, ensure_ascii=False, indent=1) + "\n").encode()


def main() -> None:
    files = build()
    for folder in {path.partition("/")[0] for path in files}:
        shutil.rmtree(FOLDER / folder, ignore_errors=True)
    for path, content in files.items():
        target = FOLDER / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


if __name__ == "__main__":
    main()
