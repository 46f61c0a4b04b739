"""How the leak test calls each verb of charts."""

from collections.abc import Callable
from itertools import product

from maillon.model import Act, MaillonError, View
from maillon.nexus import AroundSettings
from maillon.resolve import own_id
from maillon.store.charts import Placed
from maillon.workspace import Workspace
from maillon.workspace.charting import FORMS, Drawn
from maillon.workspace.locating import Span

from .service_verbs import plain

EVERYBODY = ("t1", "t1b", "m1", "c1", "s1", "s2", "nobody", own_id("s1"))


def _view(w: Workspace) -> View:
    return w.view(Act.TRACE)


def _drawn(title: str = "") -> Drawn:
    nodes = tuple((one, Placed((), float(n), 0.0, note=one)) for n, one in enumerate(EVERYBODY))
    return Drawn(title, nodes)


def _shown(w: Workspace) -> object:
    found = w.charting.shown(_view(w), EVERYBODY)
    assert found["links"]
    return found, w.charting.shown(_view(w), EVERYBODY, ["s1", "m1", "nobody"])


def _around(w: Workspace) -> object:
    told = [
        w.charting.around(_view(w), one, AroundSettings(), ["s1", "t1"]) for one in ("t1", "m1")
    ]
    hidden = []
    for wanted in ("s1", "nobody"):
        try:
            w.charting.around(_view(w), wanted, AroundSettings(), EVERYBODY)
        except MaillonError as error:
            hidden.append(str(error).replace(wanted, ""))
    assert len(hidden) == 2
    assert len(set(hidden)) == 1
    return told, hidden


def _kept(w: Workspace) -> object:
    head = w.charting.keep(_view(w), _drawn("who it is"))
    opened = w.charting.open(_view(w), head.id)
    told = [w.charting.change(_view(w), head.id, 1, _drawn())]
    again = w.charting.open(_view(w), head.id)
    told.append(len(w.charting.page(_view(w))))
    w.charting.delete(_view(w), head.id, 2)
    assert opened["nodes"]
    return plain((opened, told, again))


def _note(w: Workspace) -> object:
    found = []
    for ids in (("m1",), ("m1", "s1"), EVERYBODY):
        try:
            found.append(plain(w.charting.note(_view(w), ids, "svg")))
        except MaillonError as error:
            found.append(plain(error))
    return found


def _export(w: Workspace) -> object:
    """As files: what is sealed is in none of them, in no form, whoever else is on the chart."""
    told: list[object] = []
    for form, some in product(FORMS, (("m1", "s1", "s2"), EVERYBODY)):
        drawn = Drawn("", tuple((one, Placed((), float(n), 0.0)) for n, one in enumerate(some)))
        try:
            told.append(w.charting.export(_view(w), drawn, form))
        except MaillonError as error:
            told.append(plain(error))
    assert isinstance(told[0], bytes)
    return told


def _export_kept(w: Workspace) -> object:
    drawn = Drawn("", tuple((one, Placed((), 0.0, 0.0)) for one in ("m1", "s1", "nobody")))
    head = w.charting.keep(_view(w), drawn)
    told = [
        w.charting.export_kept(_view(w), head.id, form).replace(head.id.encode(), b"id")
        for form in FORMS
    ]
    w.charting.delete(_view(w), head.id, 1)
    return told


def _charts(w: Workspace) -> object:
    """What the desk itself keeps: nothing that was not given to it."""
    kept, view = w.store.charts, _view(w)
    head = kept.add(view, "x", [Placed(("t1",), 0.0, 0.0)], sorted(view.labels)[:1])
    revision = kept.change(view, head.id, 1, ("y", [Placed(("t1",), 1.0, 0.0)], []))
    found = kept.read(view, head.id), len(kept.page(view))
    kept.delete(view, head.id, revision)
    return plain((found[0].head.title, found[0].nodes, found[1]))


CHARTING_VERBS: dict[str, Callable[[Workspace], object]] = {
    "around": _around, "export": _export, "export_kept": _export_kept, "note": _note,
    "shown": _shown,
    **dict.fromkeys(("change", "delete", "keep", "open", "page"), _kept),
}  # fmt: skip


def _places(w: Workspace) -> object:
    """Whose places; of a sealed entity none, in any time."""
    told = [w.locating.places(_view(w), EVERYBODY, span) for span in (Span(), Span("2026-01"))]
    assert told[0]["places"]
    return plain(told)


LOCATING_VERBS: dict[str, Callable[[Workspace], object]] = {"places": _places}

CHARTS_VERBS: dict[str, Callable[[Workspace], object]] = {
    f"Charts.{verb}": _charts for verb in ("add", "change", "delete", "page", "read")
}
