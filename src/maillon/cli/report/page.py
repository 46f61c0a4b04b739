"""Fills the report's template; all that is said stands in ``texts.csv``, in both languages."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from maillon.cli.report.picture import path_picture
from maillon.model import Mandate
from maillon.nexus import explanation, vocabulary

LANGUAGES = ("en", "fr")


@dataclass(frozen=True, slots=True)
class Report:
    """What the report shows.

    Attributes:
        mandate: Under which it was made.
        leads: Lines of ``trace``, in rank order.
        sources: ``dataset, statements, entities, unreadable, purged`` by dataset.
        resolved: ``entities`` and ``clusters``.
        screening: Hits by list and band: counts, never names.
        complete: Whether the search was whole.
        cut: What was left out, else.
        score: Figures against the truth, or None.
    """

    mandate: Mandate
    leads: Sequence[Mapping[str, Any]]
    sources: Sequence[Mapping[str, Any]]
    resolved: Mapping[str, int]
    screening: Sequence[tuple[str, Mapping[str, int]]]
    complete: bool
    cut: str = ""
    score: Mapping[str, Any] | None = field(default=None)


def write_report(file: Path, report: Report) -> None:
    """Write the page to ``file``."""
    texts = _texts()

    def say(key: str, language: str, **values: object) -> str:
        return texts[key][language].format(**values) if values else texts[key][language]

    def both(key: str, **values: object) -> Markup:
        return _both({language: say(key, language, **values) for language in LANGUAGES})

    environment = Environment(
        loader=PackageLoader("maillon.cli", "report"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    evidence = environment.get_template("evidence.html.j2")
    environment.globals.update(
        t=say,
        both=both,
        term=_term,
        channel=_channel,
        remark_text=_remark,
        picture=_picture,
        evidence=lambda hop: Markup(evidence.render(statements=hop["statements"], both=both)),  # noqa: S704 - rendered with autoescape
    )
    page = environment.get_template("page.html.j2").render(
        mandate=report.mandate,
        leads=report.leads,
        sources=report.sources,
        resolved=report.resolved,
        screening=report.screening,
        complete=report.complete,
        cut=report.cut,
        score=report.score,
    )
    file.write_text(page, "utf-8")


@cache
def _texts() -> dict[str, dict[str, str]]:
    text = resources.files("maillon.cli.report").joinpath("texts.csv").read_text("utf-8")
    return {row["key"]: row for row in csv.DictReader(text.splitlines())}


def _both(said: Mapping[str, str]) -> Markup:
    return Markup("").join(
        Markup('<span class="{0}" lang="{0}">{1}</span>').format(language, escape(text))
        for language, text in said.items()
    )


def _term(code: str) -> Markup:
    term = vocabulary()[code]
    return _both({language: getattr(term, language) for language in LANGUAGES})


def _channel(code: str) -> Markup:
    said = _texts()[f"channel_{code}"]
    return _both({language: said[language] for language in LANGUAGES})


def _remark(kind: str, remark: Mapping[str, Any]) -> Markup:
    said = _both({one: explanation(kind, remark["code"], one) for one in LANGUAGES})
    if remark["hop"] is None:
        return said
    return Markup("{0}. {1}").format(remark["hop"] + 1, said)


def _picture(lead: Mapping[str, Any], number: int) -> Markup:
    path = lead["paths"][number]
    weakest = int(lead["weakest_hop"]["hop"]) if number == 0 else -1
    caption = f"{lead['terror']['caption']} \N{EN DASH} {lead['crime']['caption']}"
    return Markup(path_picture(path, weakest, caption))  # noqa: S704 - the picture escapes its texts
