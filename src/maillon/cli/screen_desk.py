"""The verbs of ``screen`` that stand on earlier runs: receipts, replays, clearings, changes."""

import sys
from typing import TYPE_CHECKING

import typer

from maillon.cli.options import check_datasets, put, say
from maillon.cli.screen_command import order_of, query_file
from maillon.model import RefusedError, StaleError, View

if TYPE_CHECKING:
    from maillon.cli.screen_words import Words
    from maillon.screen import Asked, Entry
    from maillon.workspace import Workspace
    from maillon.workspace.replay import Replayed


def answer(w: "Workspace", view: View, words: "Words") -> None:
    """Do what the one verb among the words says."""
    if words.delta or words.hits:
        _standing(w, view, words)
    elif words.receipts:
        for receipt in w.screening.receipts(view):
            put(receipt.line())
    elif words.replay:
        _replay(w, view, words)
    elif words.clear:
        _clear(w, view, words)
    elif words.take_back:
        event = w.screening.take_back(view, words.take_back, words.because)
        put({"clearing": event, "revokes": words.take_back})
    else:
        for one in w.screening.clearings(view):
            put(
                {
                    "clearing": one.id, "subject": one.subject, "entry": one.entry,
                    "who": one.who, "at": one.at, "reason": one.reason, "revokes": one.revokes,
                    "standing": one.is_standing,
                }
            )  # fmt: skip


def _standing(w: "Workspace", view: View, words: "Words") -> None:
    check_datasets(w.deliveries(view), words.datasets, "--dataset")
    check_datasets(w.deliveries(view), words.lists, "--list")
    order = order_of(w, words, None)
    if words.hits:
        for one in w.screening.hits(view, order):
            put(one.line())
        return
    lines = words.as_json or not sys.stdout.isatty()
    changes = w.screening.delta(view, order)
    for change in changes:
        line = change.line()
        if lines:
            put(line)
        else:
            hit = line["hit"]
            print(
                f"{line['id']}: {line['state']} {hit['band']} {hit['score']:.2f} {hit['id']} "
                f"({line['why']})"
            )
    say(f"{len(changes):,} changes; receipt {w.screening.receipts(view)[-1].id}")


def _replay(w: "Workspace", view: View, words: "Words") -> None:
    with query_file(words) as query:
        order = order_of(w, words, query) if query is not None else None
        found = w.screening.replay(view, words.replay, order)
    put(found.line())
    _raise(found)


def _raise(found: "Replayed") -> None:
    reasons = "; ".join(found.reasons)
    if found.verdict == "erased":
        raise RefusedError("retention", reasons, "what was erased cannot be run again")
    if found.verdict == "differs":
        raise StaleError(f"receipt {found.receipt} differs: {reasons}")


def _clear(w: "Workspace", view: View, words: "Words") -> None:
    subject = _subject(w, view, words)
    id_ = w.screening.clear(view, subject, words.entry, words.because)
    put({"clearing": id_, "subject": words.clear, "entry": words.entry})


def _subject(w: "Workspace", view: View, words: "Words") -> "Entry":
    """Return the record to clear: of the query file where there is one, else of the workspace."""
    if words.path is None:
        found = w.screening.subject(view, words.clear)
        if found is None:
            raise typer.BadParameter(f"no record {words.clear}", param_hint="--clear")
        return found
    with query_file(words) as query:
        assert query is not None
        for one in query.questions():
            if one.entry.id == words.clear:
                return _named(one, words)
    raise typer.BadParameter(f"{words.path} holds no record {words.clear}", param_hint="--clear")


def _named(one: "Asked", words: "Words") -> "Entry":
    if one.problem or words.clear == one.locator:
        raise typer.BadParameter(
            f"{one.locator} has no id of its own, or cannot be read: give it an id",
            param_hint="--clear",
        )
    return one.entry
