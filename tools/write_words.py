"""Brings the catalogues of the pages up to date with what the pages say: `python3 dev.py words`.

What is no longer said goes; what is new stands there without a translation, which a test finds
for the languages that are whole.
"""

import io
import sys
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT: Final = Path(__file__).resolve().parent.parent
PAGES: Final = ROOT / "src" / "maillon" / "web" / "pages"
CODES: Final = ("fr", "ar", "es", "ru", "zh")
METHODS: Final = [("**.py", "python"), ("**.html", "jinja2")]
OPTIONS: Final = {"**.html": {"trimmed": "true", "newstyle_gettext": "true", "silent": "false"}}
KEYWORDS: Final = {"gettext": None, "_": None, "ngettext": (1, 2), "say": None}

LEFT_OUT: Final = (
    '"POT-Creation-Date', '"PO-Revision-Date', '"Generated-By', '"Report-Msgid-Bugs-To',
    '"Last-Translator', '"Language-Team', "#",
)  # fmt: skip
"""Lines of a catalogue that change without its words, or would name somebody."""


def template() -> Catalog:
    """Return every text that the pages say."""
    found = Catalog(project="Maillon", charset="utf-8")
    for file, line, message, _, context in extract_from_dir(
        str(PAGES), METHODS, OPTIONS, KEYWORDS
    ):  # fmt: skip
        found.add(message, None, [(f"{file}", line)], context=context)
    return found


def updated(code: str, said: Catalog, folder: Path = PAGES / "words") -> bytes:
    """Return the catalogue of a language, up to date."""
    file = folder / f"{code}.po"
    held = Catalog(locale=code, charset="utf-8")
    if file.is_file():
        with file.open("rb") as raw:
            held = read_po(raw, locale=code)
    held.project, held.version, held.fuzzy = "Maillon", "", False
    held.update(said, no_fuzzy_matching=True)
    held.obsolete.clear()
    out = io.BytesIO()
    write_po(out, held, width=100, omit_header=False, sort_output=True, no_location=True,
             include_previous=False)  # fmt: skip
    lines = out.getvalue().decode().splitlines(keepends=True)
    kept = "".join(
        line for line in lines if line.startswith("#, fuzzy") or not line.startswith(LEFT_OUT)
    )
    return kept.replace("Maillon \\n", "Maillon\\n").lstrip().encode()


def main() -> int:
    """Write the catalogues; return the exit code."""
    return write(template(), PAGES / "words")


def write(said: Catalog, folder: Path) -> int:
    """Write the catalogues of a folder; return the exit code."""
    for code in CODES:
        raw = updated(code, said, folder)
        (folder / f"{code}.po").write_bytes(raw)
        with io.BytesIO(raw) as again:
            held = read_po(again, locale=code)
        left = [one for one in held if one.id and not _is_said(one.string)]
        print(f"{code}: {len(held):,} texts, {len(left):,} without a translation")
    return 0


def _is_said(string: object) -> bool:
    return all(string) if isinstance(string, list | tuple) else bool(string)


if __name__ == "__main__":
    sys.exit(main())
