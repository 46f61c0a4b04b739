"""The answers of a screening as tables: its hits, and the records that could not be looked at."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import orjson

HITS: Final = (
    "record", "place", "hit", "list", "caption", "score", "band", "alert", "what was compared",
)  # fmt: skip
UNREADABLE: Final = ("place", "record", "reason")


def hit_rows(path: Path) -> Iterator[tuple[object, ...]]:
    """Yield the hits of a file of answers, in its order."""
    for line in _lines(path):
        for hit in line.get("hits", ()):
            why = "; ".join(
                f"{one['kind']}: {one['value'] or '-'} / {one['counterpart'] or '-'}"
                f" ({one['verdict']})"
                for one in hit["explanation"]
            )
            yield (
                line["id"], line.get("locator", ""), hit["id"], hit["dataset"], hit["caption"],
                f"{hit['score']:.4f}", hit["band"], "yes" if hit.get("alert") else "no", why,
            )  # fmt: skip


def unreadable_rows(path: Path) -> Iterator[tuple[object, ...]]:
    """Yield where the records are that could not be looked at, and why."""
    for line in _lines(path):
        if line["status"] != "ok":
            yield line.get("locator", ""), line["id"], line["reason"]


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open("rb") as raw:
        for line in raw:
            yield orjson.loads(line)
