"""Values that name nobody: one list for blocking, merging and the link graph alike."""

import csv
import re
from functools import cache
from importlib import resources
from typing import Final

KINDS: Final = ("any", "date", "document", "phone")

_NOT_WORD: Final = re.compile(r"[^A-Z0-9]+")


@cache
def placeholders(kind: str) -> frozenset[str]:
    """Return the placeholder values of one kind, upper case, with those of ``any``.

    Args:
        kind: One of `KINDS`.
    """
    text = resources.files("maillon.resolve").joinpath("placeholders.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return frozenset(row["value"].upper() for row in rows if row["kind"] in {"any", kind})


def is_placeholder(kind: str, value: str) -> bool:
    """Return whether ``value`` stands for *unknown*: it never blocks, never merges, never links."""
    text = value.strip().upper()
    if not text or text in placeholders(kind):
        return True
    bare = _NOT_WORD.sub("", text)
    return bool(bare) and len(set(bare)) == 1 and kind in {"document", "phone"}
