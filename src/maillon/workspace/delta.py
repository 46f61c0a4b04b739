"""Screening again only what changed: past subjects by changed entries, changed subjects by all."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
from sqlalchemy import Connection

from maillon.model import View
from maillon.screen import (
    Answered,
    Changed,
    Hit,
    Screen,
    Screened,
    algorithm,
    compare_marks,
    differences,
    left_behind,
    list_entries,
    list_marks,
    open_segment,
    placed,
    questions,
    subject_marks,
)
from maillon.store import CLEARED, OPEN, VOID, Run, StandingHit, Store
from maillon.workspace.screenrun import BATCH, ScreenOrder, ScreenRun
from maillon.workspace.standing import Change, SubjectIndex, standing_hits, standing_sha256

MOST_SEGMENTS: Final = 12
"""Segments that came after the whole index; then all subjects are indexed anew."""


AlsoChanges = Callable[[Connection, Run, Sequence[Change]], None]
"""What else is written in the transaction of a run, given what the run leaves and its changes."""


@dataclass(slots=True)
class _Work:
    """What a run found out about what changed."""

    subjects: Changed
    entries: Changed
    is_whole: bool
    marks: pa.Table
    list_marks: pa.Table
    state: dict[str, Any]
    why: dict[str, str] = field(default_factory=dict)
    found: dict[tuple[str, str], Change] = field(default_factory=dict)
    index: "SubjectIndex | None" = None


def round_of(store: Store, view: View, order: ScreenOrder, deliveries: Iterable[str]) -> str:
    """Return the name of a round: its subjects, lists, use, and the labels of what it reads."""
    said = [
        sorted(order.datasets),
        sorted(order.lists),
        order.use.name,
        view.mandate.agency,
        sorted(store.labels_of(view, frozenset(deliveries))),
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:32]


class DeltaRun:
    """One run of a round.

    Args:
        store: The store.
        view: What may be read.
        order: Rules, lists and subject datasets.
        run: Makes the answers, from both sides as they are now.
        threads: Of the candidate search.
    """

    def __init__(
        self, store: Store, view: View, order: ScreenOrder, run: ScreenRun, threads: int
    ) -> None:
        self._store = store
        self._view = view
        self._order = order
        self._sides = sides = run.sides
        self._run = run
        self._threads = threads
        self._tables: dict[str, pa.Table | None] = {}
        self._round = round_of(store, view, order, (*sides.deliveries, *sides.subjects))
        datasets = {one.dataset for one in store.deliveries(view)}
        self._keys = store.clearings.keys(view, datasets)

    def changes(self, also: AlsoChanges | None = None) -> list[Change]:
        """Screen what changed; the receipt and the standing hits are durable on return.

        Args:
            also: Written in the same transaction.
        """
        before = self._store.rounds.last(self._view, self._round)
        work = self._compared(before)
        held = {
            (one.subject, one.entry): one
            for one in self._store.rounds.hits(self._view, self._round, states=(OPEN, CLEARED))
        }
        self._ask(work, before)
        if not work.is_whole:
            self._reverse(work, before or {})
        changes = self._settled(work, held)
        self._keep(work, before)
        body = self._body(work, changes, held, before)
        state = {"rules": self._order.use.sha256, "engine": algorithm(), **work.state}
        progress = self._run.progress
        run = Run(
            self._round, progress.receipt, body, state, sorted(self._run.labels),
            progress.clearings_until,
        )  # fmt: skip
        self._store.rounds.commit(
            self._view, run, [one.standing for one in changes],
            None if also is None else lambda connection: also(connection, run, changes),
        )  # fmt: skip
        self._forget(before, state)
        return changes

    # -- what changed

    def _compared(self, before: Mapping[str, Any] | None) -> _Work:
        bench, order = self._sides.bench, self._order
        is_whole, reason = _is_whole(before, order)
        old = None if is_whole or before is None else before
        old_lists = self._table(old, "list_table")
        old_subjects = self._table(old, "table")
        if old is not None and (old_lists is None or old_subjects is None):
            is_whole, reason, old = True, "what was compared last is not kept any more", None
        same_lists = old is not None and old["lists"] == list(self._sides.deliveries)
        same_subjects = old is not None and old["subjects"] == list(self._sides.subjects)
        if same_lists:
            assert old_lists is not None
            entry_marks, entries = old_lists, Changed()
        else:
            entry_marks = list_marks(bench, order.lists)
            entries = compare_marks(bench, entry_marks, None if is_whole else old_lists)
        if same_subjects:
            assert old_subjects is not None
            marks, subjects = old_subjects, Changed()
        else:
            marks = subject_marks(bench, order.datasets)
            subjects = compare_marks(bench, marks, None if is_whole else old_subjects)
        work = _Work(subjects, entries, is_whole, marks, entry_marks, {})
        work.why = {"": reason}
        if not is_whole and before is not None:
            work.why |= self._why_entries(entries, before)
        work.state = {
            "lists": list(self._sides.deliveries), "subjects": list(self._sides.subjects),
        }  # fmt: skip
        return work

    def _table(self, state: Mapping[str, Any] | None, name: str) -> pa.Table | None:
        if state is None or name not in state:
            return None
        if state[name] not in self._tables:
            self._tables[state[name]] = self._store.older_derived(self._view, state[name])
        return self._tables[state[name]]

    def _why_entries(self, entries: Changed, before: Mapping[str, Any]) -> dict[str, str]:
        new = sorted(set(self._sides.deliveries) - set(before["lists"]))
        where = f" in {', '.join(new)}" if new else ""
        why = dict.fromkeys(entries.new, f"new entry{where}")
        why |= dict.fromkeys(entries.gone, f"delisted{where}")
        if entries.changed:
            held = {one.id for one in self._store.deliveries(self._view, current=False)}
            then = frozenset(before["lists"]) & held
            with self._store.workbench(self._view, deliveries=then) as old:
                said = differences(old, self._sides.bench, entries.changed)
            for id_ in entries.changed:
                words = ", ".join(said[id_]) or "graded anew"
                why[id_] = f"entry changed{where}: {words}"
        return why

    # -- hits

    def _ask(self, work: _Work, before: Mapping[str, Any] | None) -> None:
        """Screen new and changed subjects, or all, against every entry; and index them."""
        ids = None if work.is_whole else work.subjects.standing
        if ids is not None and not ids:
            return
        new = set(work.subjects.new)
        start = 0 if work.is_whole else len((before or {})["segments"])
        index = SubjectIndex(self._store, self._view, self._name("past"), start)
        waiting = questions(self._sides.bench, self._order.datasets, self._order.use, ids)
        while asked := list(islice(waiting, BATCH)):
            found = self._sides.screen.ask([one.entry for one in asked])
            for answer in self._run.answers(asked, found):
                self._run.progress.tally.add(answer)
                kind = "new subject" if answer.id in new else "subject changed"
                self._take(work, answer, work.why[""] if work.is_whole else kind)
            index.add(one.entry for one in asked)
        index.finish()
        work.index = index

    def _reverse(self, work: _Work, before: Mapping[str, Any]) -> None:
        """Screen past subjects that did not change against new and changed entries."""
        ids = work.entries.standing
        if not ids:
            return
        marks = self._table(before, "table")
        assert marks is not None
        segments = [open_segment(folder) for folder in self._folders(before)]
        changed = frozenset((*work.subjects.standing, *work.subjects.gone))
        screen = Screen(
            segments, threshold=self._order.use.threshold, threads=self._threads,
            gone=left_behind(marks, segments, changed),
        )  # fmt: skip
        listed = list_entries(self._sides.bench, self._order.lists, ids)
        hits: dict[str, list[Hit]] = {}
        for subject, hit in screen.reverse(listed):
            hits.setdefault(subject, []).append(hit)
        if not hits:
            return
        asked = list(
            questions(self._sides.bench, self._order.datasets, self._order.use, sorted(hits))
        )
        found = [
            Screened(
                one.entry.id,
                tuple(sorted(hits[one.entry.id], key=lambda hit: (-hit.scored.score, hit.id))),
                version=one.entry.version,
            )
            for one in asked
        ]
        for answer in self._run.answers(asked, found):
            self._take(work, answer, "")

    def _take(self, work: _Work, answer: Answered, why: str) -> None:
        for change in standing_hits(answer, self._keys):
            entry = change.standing.entry
            reason = why or work.why.get(entry, "entry changed")
            one = replace(change.standing, why=reason)
            work.found[one.subject, one.entry] = replace(change, standing=one)

    def _settled(self, work: _Work, held: Mapping[tuple[str, str], StandingHit]) -> list[Change]:
        """Return what changes on the desk: hits that are new or other, and those that are void."""
        changes = []
        for pair, change in work.found.items():
            old = held.get(pair)
            new = change.standing
            if old is None or replace(old, why="", receipt="", at="") != replace(new, why=""):
                changes.append(change)
        subjects = {*work.subjects.standing, *work.subjects.gone}
        entries = {*work.entries.standing, *work.entries.gone}
        for pair, old in held.items():
            if pair in work.found:
                continue
            subject, entry = pair
            if not work.is_whole and subject not in subjects and entry not in entries:
                continue
            why = work.why.get(entry) or _why_subject(work, subject)
            changes.append(Change(replace(old, state=VOID, why=why, is_alert=False)))
        return sorted(changes, key=lambda one: (one.standing.subject, one.standing.entry))

    # -- what is kept

    def _keep(self, work: _Work, before: Mapping[str, Any] | None) -> None:
        """Keep what was compared, for the next run to tell what changed."""
        old = {} if work.is_whole or before is None else before
        bench, order = self._sides.bench, self._order
        names, previous = list(old.get("segments", ())), self._table(old, "table")
        index = work.index
        if index is not None and names and len(names) - old["whole"] >= MOST_SEGMENTS:
            names, previous = [], None
            index = SubjectIndex(self._store, self._view, self._name("anew"), 0)
            index.add(one.entry for one in questions(bench, order.datasets, order.use))
            index.finish()
        if index is None and work.subjects == Changed():
            work.state |= {name: old[name] for name in ("table", "segments", "whole")}
        else:
            new = index.places if index is not None else []
            marks = placed(bench, work.marks, previous, new)
            names += index.names if index is not None else []
            work.state |= {
                "table": self._name("past"), "segments": names,
                "whole": old["whole"] if previous is not None else len(names),
            }  # fmt: skip
            self._store.put_derived(self._view, self._name("past"), marks)
        if not work.is_whole and work.entries == Changed():
            work.state["list_table"] = old["list_table"]
        else:
            work.state["list_table"] = self._name("listed")
            self._store.put_derived(self._view, self._name("listed"), work.list_marks)

    def _name(self, what: str) -> str:
        return f"{what}-{self._round[:16]}-{self._run.progress.receipt}"

    def _folders(self, state: Mapping[str, Any]) -> list[Path]:
        found = [self._store.older_folder(self._view, name) for name in state["segments"]]
        return [folder for folder in found if folder is not None]

    def _forget(self, before: Mapping[str, Any] | None, state: Mapping[str, Any]) -> None:
        """Drop what the last run kept and this one does not need."""
        kept = {state["table"], state["list_table"], *state["segments"]}
        old = before or {"segments": []}
        named = {*old["segments"], *(old[one] for one in ("table", "list_table") if one in old)}
        for name in sorted(named - kept):
            self._store.forget_derived(self._view, name)

    def _body(
        self, work: _Work, changes: Sequence[Change],
        held: Mapping[tuple[str, str], StandingHit], before: Mapping[str, Any] | None,
    ) -> dict[str, Any]:  # fmt: skip
        after = dict(held)
        after.update({(one.standing.subject, one.standing.entry): one.standing for one in changes})
        text = "".join(json.dumps(one.line(), ensure_ascii=False) + "\n" for one in changes)
        return {
            **self._run.body(),
            "hits": sum(one.state == OPEN for one in after.values()),
            "alerts": sum(one.is_alert and one.state == OPEN for one in after.values()),
            "cleared": sum(one.state == CLEARED for one in after.values()),
            "result_sha256": hashlib.sha256(text.encode()).hexdigest(),
            "delta": {
                "after": before["receipt"] if before else "",
                "subjects": work.subjects.counts(),
                "entries": work.entries.counts(),
                "changes": len(changes),
                "standing_sha256": standing_sha256(after.values()),
            },
        }


def _is_whole(before: Mapping[str, Any] | None, order: ScreenOrder) -> tuple[bool, str]:
    """Return whether everything must be compared anew, and why."""
    if before is None:
        return True, "first run"
    if before["rules"] != order.use.sha256:
        return True, "the rules changed"
    if before["engine"] != algorithm():
        return True, "the engine changed"
    return False, ""


def _why_subject(work: _Work, subject: str) -> str:
    if subject in set(work.subjects.gone):
        return "subject gone"
    return work.why[""] or "subject changed"
