"""Bytes to statements: one module a format.

An adapter is imported when it is first asked for, so that a process that reads one format loads one
format.
"""

from importlib import import_module
from importlib.metadata import entry_points
from typing import Any, Final

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

__all__ = ["ADAPTERS", "ENTRY_POINTS", "adapter", "names", "option_fault", "privileged"]


def names() -> tuple[str, ...]:
    """Return the names of all adapters, those of other packages included, in alphabetical order."""
    return tuple(sorted({*_MODULES, *(point.name for point in entry_points(group=ENTRY_POINTS))}))


def adapter(name: str) -> Adapter:
    """Return the adapter called ``name``, e.g. ``un-sc-xml``.

    A built-in one is not replaced by another package.

    Raises:
        ValueError: There is none of that name; the message lists those known.
    """
    if name in _MODULES:
        return _built_in(name)
    for point in entry_points(group=ENTRY_POINTS):
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


def _built_in(name: str) -> Adapter:
    found = import_module(f"{__name__}.{_MODULES[name]}").ADAPTER
    assert isinstance(found, Adapter)
    return found


def __getattr__(name: str) -> object:
    if name == "ADAPTERS":
        return tuple(_built_in(each) for each in sorted(_MODULES))
    raise AttributeError(name)
