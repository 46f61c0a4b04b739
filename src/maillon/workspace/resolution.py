"""Resolution in a workspace: what is kept with a view, and what judgements make of it."""

import hashlib
from typing import TYPE_CHECKING, Final

from maillon.model import View
from maillon.store import Store
from maillon.store.changes import view_key
from maillon.store.clock import utc_now

if TYPE_CHECKING:
    from maillon.resolve import Models, Resolved, State


MODELS: Final = "models"
"""Folder of a workspace for models fitted to its own judgements."""


def resolved(store: Store, view: View) -> "Resolved":
    """Return which records of the view are one, as its statements and the judgements say now."""
    from maillon.resolve import cluster  # noqa: PLC0415 - numpy and the engine, when resolving

    return cluster(
        state(store, view), store.log(view), keep=not view.known_on,
        publish=lambda changes: store.changes.append(view, changes),
    )  # fmt: skip


def state(store: Store, view: View) -> "State":
    """Return what the model says of the view's statements; it is made when they have changed."""
    from maillon.resolve import Models, State, build, compared  # noqa: PLC0415 - as above

    store.cards.check("resolution-models", compared(), view, utc_now()[:10])
    models = Models.of(store.settings.folder / MODELS)
    name = _name(view, models)
    folder = store.derived_folder(view, name)
    if folder is None:
        older = store.older_folder(view, name)
        with store.workbench(view) as bench, store.deriving(view, name) as work:
            build(bench, work, models, State(older) if older is not None else None)
        folder = store.derived_folder(view, name)
    assert folder is not None
    return State(folder)


def _name(view: View, models: "Models") -> str:
    """Return the name of what is kept: it tells what the view may read."""
    said = hashlib.sha256(view_key(view).encode()).hexdigest()[:16]
    return f"resolution-{models.version}-{said}"
