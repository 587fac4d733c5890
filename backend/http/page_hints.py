"""What a page will want besides the first file, said in a header so that it comes at the same time (RFC 8288).

A page's own code is asked for by the first file, once that has been loaded and run: on slow 4G one more turn of a
quarter of a second. ``Link: rel=modulepreload`` lets the browser ask for both at once. Which files those are stands in
the manifest that Vite writes beside the built app.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

_MANIFEST: Final = ".vite/manifest.json"
_ENTRY: Final = "index.html"


def read_page_hints(folder: Path, pages: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Value of the ``Link`` header by the template of a page's address.

    A hint less makes a page slower, never wrong: there is none where the built app has no manifest, or not that module.
    """
    path = folder / _MANIFEST
    if not path.is_file():
        return {}
    manifest = json.loads(path.read_bytes())
    loaded_anyway = set(_files_of(manifest, [_ENTRY]))
    return {
        re.sub(r":str\}", "}", address): ", ".join(map(_link, files))
        for address, modules in pages.items()
        if (files := [file for file in _files_of(manifest, modules) if file not in loaded_anyway])
    }


def _files_of(manifest: Mapping[str, Any], modules: Sequence[str]) -> list[str]:
    """Files of some modules and of all that they import before they run, each once."""
    return list(dict.fromkeys(file for module in modules for file in _walk(manifest, module, set())))


def _walk(manifest: Mapping[str, Any], module: str, seen: set[str]) -> Iterator[str]:
    chunk = manifest.get(module)
    if chunk is None or module in seen:
        return
    seen.add(module)
    yield chunk["file"]
    yield from chunk.get("css", ())
    for imported in chunk.get("imports", ()):
        yield from _walk(manifest, imported, seen)


def _link(file: str) -> str:
    if file.endswith(".css"):
        return f"</{file}>; rel=preload; as=style; crossorigin"
    return f"</{file}>; rel=modulepreload"
