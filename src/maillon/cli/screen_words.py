"""The words of ``screen``, and which of them go together."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

VERBS = ("--delta", "--hits", "--receipts", "--replay", "--clear", "--clearings", "--take-back")


@dataclass(frozen=True, slots=True)
class Words:
    """What the command line says; the names are those of the options."""

    path: Path | None
    datasets: tuple[str, ...]
    lists: tuple[str, ...]
    use: str
    threshold: float | None
    top: int | None
    output: Path | None
    rejects: Path | None
    resume: bool
    columns: tuple[str, ...]
    sheet: str
    encoding: str
    delimiter: str
    as_json: bool
    fail_on_hit: bool
    delta: bool
    hits: bool
    receipts: bool
    replay: str
    clear: str
    entry: str
    because: str
    clearings: bool
    take_back: str
    language: str = ""

    @property
    def verbs(self) -> tuple[str, ...]:
        """The verbs of the desk that are said."""
        said = (self.delta, self.hits, self.receipts, self.replay, self.clear, self.clearings,
                self.take_back)  # fmt: skip
        return tuple(name for name, word in zip(VERBS, said, strict=True) if word)

    @property
    def is_of_the_desk(self) -> bool:
        """Whether something other than a plain run is wanted."""
        return bool(self.verbs)

    def verb(self) -> dict[str, str]:
        """Return what the ledger says of the verb."""
        return {"verb": self.verbs[0].removeprefix("--")} if self.verbs else {}

    def form(self) -> dict[str, Any]:
        """Return how the query file was read, as far as the words decide it."""
        said = {"columns": sorted(self.columns), "sheet": self.sheet, "encoding": self.encoding,
                "delimiter": self.delimiter}  # fmt: skip
        return {name: value for name, value in said.items() if value}

    def check(self) -> None:
        """Refuse words that do not go together."""
        if len(self.verbs) > 1:
            raise typer.BadParameter("one at a time", param_hint=" ".join(self.verbs))
        self._check_sides()
        if self.output is None and (self.rejects or self.resume):
            raise typer.BadParameter("name --output too", param_hint="--rejects --resume")
        if self.output is not None and (self.is_of_the_desk or self.output == self.rejects):
            raise typer.BadParameter("a file of its own, of a plain run", param_hint="--output")
        for file in (self.output, self.rejects):
            if file is not None and (file.is_dir() or not file.parent.is_dir()):
                raise typer.BadParameter(
                    f"{file} is no file that can be made", param_hint="--output"
                )
            if file is not None and self.path is not None and _is_same(file, self.path):
                raise typer.BadParameter("it would replace PATH", param_hint="--output")
        self._check_language()
        if (self.clear or self.take_back) and not self.because.strip():
            raise typer.BadParameter("say why", param_hint="--because")
        if self.clear and not self.entry:
            raise typer.BadParameter("name the entry", param_hint="--entry")

    def _check_language(self) -> None:
        if not self.language:
            return
        from maillon.screen.explain import LANGUAGES

        if self.language not in LANGUAGES:
            raise typer.BadParameter(f"one of {', '.join(LANGUAGES)}", param_hint="--say")
        if self.as_json or self.output is not None or self.is_of_the_desk:
            raise typer.BadParameter("sentences are for a plain run", param_hint="--say")

    def _check_sides(self) -> None:
        if self.delta or self.hits:
            if self.path is not None or not self.datasets:
                raise typer.BadParameter("name --dataset, and no PATH", param_hint=self.verbs[0])
        elif not self.is_of_the_desk and (self.path is None) == (not self.datasets):
            raise typer.BadParameter("name PATH or --dataset", param_hint="PATH")


def _is_same(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and one.samefile(other)
