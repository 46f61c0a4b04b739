"""Cards: no detector, rule or model runs without purpose, basis, features, error, owner and end.

A card stands in ``law/cards/<name>.toml`` of the package, or of the workspace in its place. What
an artefact may look at is an allow-list with two columns, ``law/features.toml``; what stands in for
a protected characteristic is in neither, and no workspace can put it there. Both are checked when a
card is read and again when the artefact runs.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

from maillon.model import OF_SYSTEM, PURPOSES, RefusedError, StoreError, View

KINDS: Final = ("detector", "list", "model", "rule")
"""What has a card."""

COLUMNS: Final = ("identity", "suspicion")
"""What a feature may decide."""

LISTS: Final = "lists"
"""The card of every list that has none of its own, ``list-<dataset>``."""

PROVISION: Final = "Directive (EU) 2016/680, art. 11; Directive (EU) 2016/681, art. 6(4)"
"""What the refusal of an artefact without a valid card cites."""

NEVER: Final = "Directive (EU) 2016/680, arts. 10 and 11(3); Directive (EU) 2016/681, art. 13(4)"
"""What the refusal of a protected characteristic, or of its proxy, cites."""

_KEYS: Final = frozenset(
    {"decides", "dpia", "errors", "expires", "features", "kind", "legal_basis", "name", "owner",
     "purposes", "reviewed", "what"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Error:
    """One measured error.

    Attributes:
        group: Of whom.
        figure: What was measured.
        value: The figure.
        n: On how many.
        source: The script that prints it.
    """

    group: str
    figure: str
    value: float
    n: int
    source: str


@dataclass(frozen=True, slots=True)
class Card:
    """What is known of one artefact.

    Attributes:
        name: Its name, also of its file.
        kind: One of `KINDS`.
        decides: ``identity`` or ``suspicion``: the column of its features.
        purposes: Purposes for which it may run.
        legal_basis: On which basis it was approved.
        what: What it says, in words.
        features: Everything that it looks at.
        owner: Who answers for it.
        dpia: Reference of its impact assessment. Source: Directive (EU) 2016/680, art. 27.
        reviewed: Day of the last review, ISO.
        expires: Last day on which it runs, ISO.
        errors: Measured errors by group, at least one.
    """

    name: str
    kind: str
    decides: str
    purposes: tuple[str, ...]
    legal_basis: str
    what: str
    features: tuple[str, ...]
    owner: str
    dpia: str
    reviewed: str
    expires: str
    errors: tuple[Error, ...]


class Cards:
    """The cards of a workspace.

    Args:
        folder: ``law/cards`` of the workspace; None: the package's alone.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._held: dict[str, Card] = {}

    def names(self) -> list[str]:
        """Return the names of all cards, sorted."""
        shipped = [file.name for file in (_shipped() / "cards").iterdir()]
        own = [file.name for file in self._folder.glob("*.toml")] if self._folder else []
        return sorted({name.removesuffix(".toml") for name in [*shipped, *own]})

    def card(self, name: str) -> Card:
        """Return a card.

        Raises:
            RefusedError: There is none, or it names a feature that may not decide.
            StoreError: It says something that is not understood; names file and key.
        """
        if name not in self._held:
            own = self._folder / f"{name}.toml" if self._folder else None
            if own is not None and own.is_file():
                self._held[name] = read_card(own.read_text("utf-8"), str(own))
            else:
                file = _shipped() / "cards" / f"{name}.toml"
                if not file.is_file():
                    raise RefusedError(
                        PROVISION, f"{name!r} has no card",
                        f"its owner writes law/cards/{name}.toml: purpose, basis, features,"
                        " measured error by group, owner, expiry",
                    )  # fmt: skip
                self._held[name] = read_card(
                    file.read_text("utf-8"), f"maillon/policy/law/cards/{name}.toml"
                )
        return self._held[name]

    def check(self, name: str, features: Iterable[str], view: View, day: str) -> Card:
        """Let an artefact run on these features for a view on a day, or refuse; return its card.

        Args:
            name: Name of the card.
            features: What it really looks at: all of it must stand on the card.
            view: For whom.
            day: Today, ISO.

        Raises:
            RefusedError: No card, expired, another purpose, a feature that the card does not name
                or that may not decide.
        """
        card = self.card(name)
        used = tuple(features)
        check_features(used, card.decides, f"{name} at run")
        if hidden := sorted(set(used) - set(card.features)):
            raise RefusedError(
                PROVISION, f"{name} looks at what its card does not name: {', '.join(hidden)}",
                "its owner measures the error with it and puts it on the card",
            )  # fmt: skip
        if day > card.expires:
            raise RefusedError(
                PROVISION, f"the card of {name} ended on {card.expires}",
                f"{card.owner} reviews it and gives it another end",
            )  # fmt: skip
        if view.mandate.purpose not in card.purposes:
            raise RefusedError(
                PROVISION, f"{name} was not approved for the purpose {view.mandate.purpose!r}",
                f"{card.owner} has it approved for that purpose, or act for another",
            )  # fmt: skip
        return card

    def check_lists(
        self, datasets: Iterable[str], features: Iterable[str], view: View, day: str
    ) -> None:
        """Let lists be screened against, each under its own card or that of all others, or refuse.

        Args:
            datasets: Names of the lists.
            features: What is compared with them.
            view: For whom.
            day: Today, ISO.

        Raises:
            RefusedError: As `check`; or the card is of no list.
        """
        own, used = set(self.names()), tuple(features)
        cards = {f"list-{one}" if f"list-{one}" in own else LISTS for one in datasets} or {LISTS}
        for name in sorted(cards):
            if self.check(name, used, view, day).kind != "list":
                raise RefusedError(
                    PROVISION, f"the card {name} is of no list",
                    f"its owner writes law/cards/{name}.toml of the kind 'list'",
                )  # fmt: skip


def read_card(text: str, file: str) -> Card:
    """Read a card and check its features.

    Raises:
        StoreError: It lacks something or says what is not understood; names file and key.
        RefusedError: It names a feature that may not decide.
    """
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise StoreError(f"{file}: {error}") from error
    if missing := sorted(_KEYS - set(said)):
        raise StoreError(f"{file}: {', '.join(missing)} missing")
    if unknown := sorted(set(said) - _KEYS):
        raise StoreError(f"{file}: {', '.join(unknown)} unknown")
    _check_words(said, file)
    errors = tuple(_error(one, file) for one in said["errors"])
    if not errors:
        raise StoreError(f"{file}: errors: nothing was measured; no artefact runs unmeasured")
    check_features(said["features"], said["decides"], file)
    return Card(
        said["name"], said["kind"], said["decides"], tuple(said["purposes"]), said["legal_basis"],
        said["what"], tuple(said["features"]), said["owner"], said["dpia"], str(said["reviewed"]),
        str(said["expires"]), errors,
    )  # fmt: skip


def check_features(features: Iterable[str], decides: str, where: str) -> None:
    """Let features through that may decide, or refuse.

    Args:
        features: Their names.
        decides: ``identity`` or ``suspicion``.
        where: What a refusal names.

    Raises:
        RefusedError: One is a protected characteristic, a proxy of one, or in no column.
    """
    columns, _ = _table()
    for feature in features:
        if what := protected_by(feature):
            raise RefusedError(
                NEVER, f"{where}: {feature!r} stands for {what}", "take it out: no exception"
            )
        if feature not in columns[decides]:
            other = decides == "suspicion" and feature in columns["identity"]
            raise RefusedError(
                PROVISION,
                f"{where}: {feature!r} may not decide {decides}"
                + (": it tells who somebody is, not what he did" if other else ""),
                "use what law/features.toml allows",
            )


def protected_by(words: str) -> str:
    """Return the protected characteristic that words speak of, ``religion``; empty for none."""
    text = " ".join(words.replace("_", " ").replace("-", " ").casefold().split())
    for what, signs in _table()[1].items():
        if any(re.search(rf"\b{re.escape(sign)}", text) for sign in signs):
            return what
    return ""


@cache
def _table() -> tuple[Mapping[str, frozenset[str]], Mapping[str, tuple[str, ...]]]:
    raw = tomllib.loads((_shipped() / "features.toml").read_text("utf-8"))
    columns = {name: frozenset(raw[name]) for name in COLUMNS}
    return columns, {what: tuple(words) for what, words in raw["never"].items()}


def _shipped() -> Any:  # noqa: ANN401 - importlib's Traversable, which has no common stub
    return resources.files("maillon.policy") / "law"


def _check_words(said: Mapping[str, Any], file: str) -> None:
    for key in ("dpia", "kind", "legal_basis", "name", "owner", "what", "decides"):
        if not isinstance(said[key], str) or not said[key].strip():
            raise StoreError(f"{file}: {key} is a text, not {said[key]!r}")
    if said["kind"] not in KINDS or said["decides"] not in COLUMNS:
        raise StoreError(f"{file}: kind is one of {KINDS}, decides one of {COLUMNS}")
    for key in ("purposes", "features"):
        value = said[key]
        if (
            not isinstance(value, list)
            or not value
            or any(not isinstance(one, str) for one in value)
        ):
            raise StoreError(f"{file}: {key} is a list of texts, not {value!r}")
    if set(said["purposes"]) - {*PURPOSES, *OF_SYSTEM}:
        raise StoreError(f"{file}: purposes are some of {', '.join(PURPOSES)}")
    for key in ("reviewed", "expires"):
        try:
            date.fromisoformat(str(said[key]))
        except ValueError as error:
            raise StoreError(f"{file}: {key} is a day such as 2026-11-25") from error


def _error(said: Any, file: str) -> Error:  # noqa: ANN401 - what TOML brings
    try:
        found = Error(
            str(said["group"]), str(said["figure"]), float(said["value"]), int(said["n"]),
            str(said["source"]),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise StoreError(
            f"{file}: errors: each has group, figure, value, n and source: {error!r}"
        ) from error
    if found.n < 1 or not found.source:
        raise StoreError(f"{file}: errors: {found.group}: measured on nothing, or by nothing")
    return found
