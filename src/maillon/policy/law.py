"""The law as files that a lawyer reads: policies in Cedar, gateways and legal bases in TOML.

The package brings those of the example country; a file of the same name in the workspace's folder
``law/`` takes the place of one as a whole.
"""

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any, Final

from maillon.model import OF_SYSTEM, PURPOSES, StoreError

REGIMES: Final = ("terrorism", "organised crime", "both")
"""What a case, and a power, is about. Source: S/2020/754, paras. 107 and 117."""

ANY: Final = "*"
"""Stands for every agency, or every category of data."""

FILES: Final = ("policies.cedar", "schema.cedarschema", "gateways.toml", "bases.toml")
"""What makes up the law, in `maillon.policy.law` or ``law/`` of the workspace."""


@dataclass(frozen=True, slots=True)
class Gateway:
    """A lawful way for data from one agency to another.

    Attributes:
        source: The agency that gives, or ``*``.
        target: The agency that receives, or ``*``.
        purposes: For which purposes.
        categories: Which categories of data, or ``*``; an unnamed category is ``""``.
        provision: The provision that allows it.
        conditions: Conditions that come with it, in words.
        since: First day, ISO.
        until: Last day, ISO; empty: open.
    """

    source: str
    target: str
    purposes: tuple[str, ...]
    categories: tuple[str, ...]
    provision: str
    conditions: tuple[str, ...] = ()
    since: str = ""
    until: str = ""

    def lets(self, source: str, target: str, purpose: str, category: str, day: str) -> bool:
        """Return whether data may flow this way on a day."""
        return (
            self.source in {ANY, source}
            and self.target in {ANY, target}
            and purpose in self.purposes
            and bool({ANY, category}.intersection(self.categories))
            and is_in_force(self.since, self.until, day)
        )


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """A provision on which a mandate may stand.

    Attributes:
        name: As a mandate names it.
        purposes: Purposes that it carries.
        regimes: Whose powers it gives, of `REGIMES`.
        needs_case: Whether it covers only acts in a case.
        since: First day, ISO.
        until: Last day, ISO; empty: open.
    """

    name: str
    purposes: tuple[str, ...]
    regimes: tuple[str, ...]
    needs_case: bool = False
    since: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Law:
    """What the house may do.

    Attributes:
        policies: The Cedar policies.
        schema: The Cedar schema that they were validated against.
        gateways: In the order of the file.
        bases: By name.
        digest: SHA-256 of the four files: another law, another decision.
    """

    policies: str
    schema: str
    gateways: tuple[Gateway, ...]
    bases: Mapping[str, LegalBasis]
    digest: str

    def flows(
        self, target: str, purpose: str, day: str, ways: Iterable[tuple[str, str]]
    ) -> set[str]:
        """Return the `flow_key` of each of these (agency, category) that a gateway lets in."""
        return {
            flow_key(source, category)
            for source, category in ways
            if self.gateway(source, target, purpose, category, day) is not None
        }

    def gateway(
        self, source: str, target: str, purpose: str, category: str, day: str
    ) -> Gateway | None:
        """Return the first gateway that lets data flow, or None."""
        return next(
            (one for one in self.gateways if one.lets(source, target, purpose, category, day)), None
        )


def flow_key(source: str, category: str) -> str:
    """Return how policies name a way of data, e.g. ``rt_police/pnr``."""
    return f"{source}/{category}"


def is_in_force(since: str, until: str, day: str) -> bool:
    """Return whether a day lies between two, both included; an empty bound is open."""
    return since <= day and (not until or day <= until)


def read_law(folder: Path | None = None) -> Law:
    """Read the law of the package, or of a workspace's folder ``law/`` where it has a file.

    Raises:
        StoreError: A file says something that is not understood; names file, entry and key.
    """
    texts: dict[str, str] = {}
    names: dict[str, str] = {}
    shipped = resources.files("maillon.policy") / "law"
    for name in FILES:
        own = folder / name if folder is not None else None
        is_own = own is not None and own.is_file()
        texts[name] = (own if own is not None and is_own else shipped / name).read_text("utf-8")
        names[name] = str(own) if is_own else f"maillon/policy/law/{name}"
    gateways = _entries(texts["gateways.toml"], names["gateways.toml"], "gateway")
    bases = _entries(texts["bases.toml"], names["bases.toml"], "basis")
    held = tuple(_gateway(said, at) for at, said in gateways)
    named: dict[str, LegalBasis] = {}
    for at, said in bases:
        basis = _basis(said, at)
        if basis.name in named:
            raise StoreError(f"{at}: {basis.name!r} stands twice; give each basis once")
        named[basis.name] = basis
    digest = hashlib.sha256("\x1f".join(texts[name] for name in FILES).encode()).hexdigest()
    return Law(texts["policies.cedar"], texts["schema.cedarschema"], held, named, digest)


def _entries(text: str, file: str, kind: str) -> list[tuple[str, dict[str, Any]]]:
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise StoreError(f"{file}: {error}") from error
    if set(raw) - {kind}:
        raise StoreError(f"{file}: only [[{kind}]] stands here, not {sorted(set(raw) - {kind})}")
    return [(f"{file}, {kind} {number}", said) for number, said in enumerate(raw.get(kind, []), 1)]


def _gateway(said: dict[str, Any], at: str) -> Gateway:
    known = {"from", "to", "purposes", "categories", "provision", "conditions", "since", "until"}
    _check_keys(said, at, known, {"from", "to", "purposes", "categories", "provision"})
    return Gateway(
        _text(said, "from", at), _text(said, "to", at), _purposes(said, at),
        _texts(said, "categories", at), _text(said, "provision", at),
        _texts(said, "conditions", at), _day(said, "since", at), _day(said, "until", at),
    )  # fmt: skip


def _basis(said: dict[str, Any], at: str) -> LegalBasis:
    known = {"name", "purposes", "regimes", "needs_case", "since", "until"}
    _check_keys(said, at, known, {"name", "purposes", "regimes"})
    regimes = _texts(said, "regimes", at)
    if not regimes or set(regimes) - set(REGIMES):
        raise StoreError(f"{at}: regimes are some of {', '.join(REGIMES)}, not {list(regimes)}")
    needs_case = said.get("needs_case", True)
    if not isinstance(needs_case, bool):
        raise StoreError(f"{at}: needs_case is true or false, not {needs_case!r}")
    return LegalBasis(
        _text(said, "name", at), _purposes(said, at), regimes, needs_case,
        _day(said, "since", at), _day(said, "until", at),
    )  # fmt: skip


def _check_keys(said: Mapping[str, Any], at: str, known: set[str], needed: set[str]) -> None:
    if unknown := sorted(set(said) - known):
        raise StoreError(
            f"{at}: {', '.join(unknown)} unknown; known are {', '.join(sorted(known))}"
        )
    if missing := sorted(needed - set(said)):
        raise StoreError(f"{at}: {', '.join(missing)} missing")


def _text(said: Mapping[str, Any], key: str, at: str) -> str:
    value = said[key]
    if not isinstance(value, str) or not value.strip():
        raise StoreError(f"{at}: {key} is a text, not {value!r}")
    return value


def _texts(said: Mapping[str, Any], key: str, at: str) -> tuple[str, ...]:
    value = said.get(key, [])
    if not isinstance(value, list) or any(not isinstance(one, str) for one in value):
        raise StoreError(f"{at}: {key} is a list of texts, not {value!r}")
    return tuple(value)


def _purposes(said: Mapping[str, Any], at: str) -> tuple[str, ...]:
    purposes = _texts(said, "purposes", at)
    if not purposes or set(purposes) - {*PURPOSES, *OF_SYSTEM}:
        raise StoreError(f"{at}: purposes are some of {', '.join(PURPOSES)}, not {list(purposes)}")
    return purposes


def _day(said: Mapping[str, Any], key: str, at: str) -> str:
    value = said.get(key, "")
    try:
        return date.fromisoformat(str(value)).isoformat() if value else ""
    except ValueError as error:
        raise StoreError(f"{at}: {key} is a day such as 2026-11-25, not {value!r}") from error
