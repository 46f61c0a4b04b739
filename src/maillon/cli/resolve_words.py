"""The words of ``resolve`` beside its summary: why, since when, and what an old id stands for."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from maillon.cli.options import put
from maillon.model import View

if TYPE_CHECKING:
    from maillon.workspace import Workspace

_SAID = ("--explain", "--why")


def check_words(verbs: Sequence[str], since: int, language: str, *, as_json: bool) -> None:
    """Refuse words that do not go together.

    Args:
        verbs: Those that are said, of ``--clusters``, ``--explain``, ``--why``, ``--current`` and
            ``--changes``.
        since: Of ``--since``.
        language: Of ``--say``.
        as_json: Whether lines for programs are wanted.
    """
    if len(verbs) > 1:
        raise typer.BadParameter("one at a time", param_hint=" ".join(verbs))
    if since and "--changes" not in verbs:
        raise typer.BadParameter("goes with --changes", param_hint="--since")
    if not language:
        return
    from maillon.resolve import LANGUAGES

    if language not in LANGUAGES:
        raise typer.BadParameter(" or ".join(LANGUAGES), param_hint="--say")
    if not set(verbs) & set(_SAID) or as_json:
        raise typer.BadParameter("goes with --explain or --why, without --json", param_hint="--say")


def put_explained(
    w: "Workspace",
    view: View,
    explain: tuple[str, str] | None,
    why: tuple[str, str] | None,
    language: str,
    *,
    as_json: bool,
) -> None:
    """Print why two records are one, or the chain between them: sentences, or one JSON line."""
    from maillon.resolve import NoPairError, pair_sentences, why_sentences

    try:
        found = (
            w.judging.explain(view, *explain)
            if explain
            else w.judging.why(view, *(why or ("", "")))
        )
    except NoPairError as error:
        raise typer.BadParameter(str(error), param_hint="LEFT RIGHT") from error
    if as_json:
        put(found)
    else:
        print("\n".join((pair_sentences if explain else why_sentences)(found, language)))


def put_current(w: "Workspace", view: View, old_id: str, *, as_json: bool) -> None:
    """Print what a canonical id stands for now; one that the view does not know is refused."""
    found = w.judging.current(view, old_id)
    if found is None:
        raise typer.BadParameter(f"no canonical id {old_id}", param_hint="--current")
    if as_json:
        put({"id": old_id, "current": found})
    else:
        print(found)


def put_changes(w: "Workspace", view: View, since: int) -> None:
    """Print the changes of the view's clusters after a number, one JSON line each."""
    for one in w.judging.changes(view)[since:]:
        since += 1
        put({
            "number": since, "id": one.id, "at": one.at, "kind": one.kind.value,
            "before": list(one.before), "after": list(one.after),
            "entities": list(one.entities), "entity_count": one.entity_count,
        })  # fmt: skip
