"""Bytes to statements: one module a format.

An adapter is imported when it is first asked for, so that a process that reads one format loads one
format.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from maillon.model import Adapter
from maillon.sources.privileged import privileged

ADAPTERS: tuple[Adapter, ...]
"""The built-in adapters, in alphabetical order of their names."""

ENTRY_POINTS: Final = "maillon.sources"
"""Entry point group by which other packages offer adapters: each entry point loads an `Adapter`."""

_MODULES: Final = {
    "csv": "mapped_csv",
    "ftm-json": "ftm_json",
    "goaml": "goaml",
    "ofac-sdn-csv": "ofac_sdn_csv",
    "paxlst": "paxlst",
    "un-sc-xml": "un_sc_xml",
}

_CELLS: Final = {
    "country_code": ("values", "country"),
    "CsvRecords": ("csvrecords", "CsvRecords"),
    "date_cell": ("datecells", "parse"),
    "detect_table": ("detection", "detect_bytes"),
    "DETECTED_BYTES": ("detection", "PREFIX"),
    "evidence_of": ("evidence", "evidence_of"),
    "gender_word": ("values", "gender"),
    "mapping_columns": ("mapping", "columns_of"),
    "mapping_queries": ("mapping", "queries_of"),
    "readings_of": ("evidence", "readings_of"),
    "table_header": ("evidence", "header_of"),
    "table_rows": ("evidence", "rows_of"),
}
"""What other readers of tables need of these: module and name, loaded when asked for."""

if TYPE_CHECKING:
    from importlib.metadata import EntryPoints

    from maillon.sources.csvrecords import CsvRecords
    from maillon.sources.datecells import parse as date_cell
    from maillon.sources.detection import PREFIX as DETECTED_BYTES
    from maillon.sources.detection import detect_bytes as detect_table
    from maillon.sources.evidence import evidence_of, readings_of
    from maillon.sources.evidence import header_of as table_header
    from maillon.sources.evidence import rows_of as table_rows
    from maillon.sources.mapping import columns_of as mapping_columns
    from maillon.sources.mapping import queries_of as mapping_queries
    from maillon.sources.values import country as country_code
    from maillon.sources.values import gender as gender_word

__all__ = [
    "ADAPTERS",
    "DETECTED_BYTES",
    "ENTRY_POINTS",
    "CsvRecords",
    "adapter",
    "country_code",
    "date_cell",
    "detect_table",
    "evidence_of",
    "gender_word",
    "mapping_columns",
    "mapping_queries",
    "names",
    "option_fault",
    "privileged",
    "readings_of",
    "table_header",
    "table_rows",
]


def names() -> tuple[str, ...]:
    """Return the names of all adapters, those of other packages included, in alphabetical order."""
    return tuple(sorted({*_MODULES, *(point.name for point in _offered())}))


def adapter(name: str) -> Adapter:
    """Return the adapter called ``name``, e.g. ``un-sc-xml``.

    A built-in one is not replaced by another package.

    Raises:
        ValueError: There is none of that name; the message lists those known.
    """
    if name in _MODULES:
        return _built_in(name)
    for point in _offered():
        if point.name == name:
            found = point.load()
            if isinstance(found, Adapter):
                return found
    raise ValueError(f"no adapter {name!r}; known: {', '.join(names())}")


def option_fault(name: str, options: dict[str, Any]) -> str:
    """Return what is wrong with the options of an adapter, before any file is read.

    Args:
        name: As in `names`.
        options: What ``read`` would get, e.g. ``{"mapping": Path("visits.yml")}``.

    Returns:
        What is wrong and what would be right; empty where nothing is, and for adapters of others.
    """
    if name not in _MODULES:
        return ""
    check = getattr(import_module(f"{__name__}.{_MODULES[name]}"), "option_fault", None)
    return "" if check is None else str(check(**options))


def _offered() -> "EntryPoints":
    from importlib.metadata import entry_points  # noqa: PLC0415 - slow, and seldom asked for

    return entry_points(group=ENTRY_POINTS)


def _built_in(name: str) -> Adapter:
    found = import_module(f"{__name__}.{_MODULES[name]}").ADAPTER
    assert isinstance(found, Adapter)
    return found


def __getattr__(name: str) -> object:
    if name == "ADAPTERS":
        return tuple(_built_in(each) for each in sorted(_MODULES))
    if name in _CELLS:
        module, held = _CELLS[name]
        return getattr(import_module(f"{__name__}.{module}"), held)
    raise AttributeError(name)
