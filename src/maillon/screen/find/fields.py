"""The fields of the search index, and how its words are cut."""

from pathlib import Path
from typing import Final

from tantivy import Filter, Index, SchemaBuilder, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

RAW: Final = (
    "id", "ids", "schema", "schemata", "datasets", "countries", "topics", "genders",
    "identifiers", "target", "said",
)  # fmt: skip
"""Fields that are compared whole."""
FACETS: Final = ("countries", "topics", "datasets", "schema", "identifiers", "genders")
"""Fields whose values are counted."""
NUMBERS: Final = ("number", "first_seen", "last_seen", "last_change")
PIECES: Final = ("marks", "plates")
"""Fields of pieces of identifiers, in their order: a part of one is a phrase of them."""
ANALYSER: Final = "maillon"
CUT: Final = "pieces"
LONGEST_WORD: Final = 100
"""Bytes of a word; a longer one is not found."""


def new_index(folder: Path) -> Index:
    """Return a new index in an empty folder."""
    builder = SchemaBuilder()
    for name in RAW:
        fast = name in FACETS
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=fast)
    for name in NUMBERS:
        builder.add_unsigned_field(name, stored=name == "number", indexed=True, fast=True)
    for name in ("names", "text"):
        builder.add_text_field(name, tokenizer_name=ANALYSER, index_option="position")
    for name in PIECES:
        builder.add_text_field(name, tokenizer_name=CUT, index_option="position")
    return _with_analyser(Index(builder.build(), path=str(folder)))


def read_index(folder: Path) -> Index:
    """Return the index in a folder."""
    return _with_analyser(Index.open(str(folder)))


def analyser() -> TextAnalyzer:
    """Return what cuts a text into words: letters and digits, lower case, without accents."""
    builder = TextAnalyzerBuilder(Tokenizer.simple())
    for step in (Filter.remove_long(LONGEST_WORD), Filter.lowercase(), Filter.ascii_fold()):
        builder = builder.filter(step)
    return builder.build()


def _with_analyser(index: Index) -> Index:
    index.register_tokenizer(ANALYSER, analyser())
    index.register_tokenizer(CUT, TextAnalyzerBuilder(Tokenizer.whitespace()).build())
    return index
