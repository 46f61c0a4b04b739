"""How the leak test calls each verb of files that wait, and of finding and searches."""

import io
from collections.abc import Callable
from dataclasses import replace

from maillon.model import Act
from maillon.screen.find import Query, Scope
from maillon.store.jobs import Asked
from maillon.store.saved_searches import SavedSearch
from maillon.workspace import Workspace
from maillon.workspace.finding import Opened
from maillon.workspace.onboarding import LoadOrder, TableForm
from maillon.workspace.screenupload import ScreenForm
from maillon.workspace.searching import asked_again

from .service_verbs import error, plain, seen

SHEET = b"id,name\n7,Amos Verner\n8,Bela Konrad\n"
MAPPING = """
queries:
- entities:
    a: {schema: Person, keys: [id], properties: {name: {column: name}}}
"""


def onboarded(w: Workspace) -> object:
    load, verbs = seen(w, Act.LOAD), w.onboarding
    one = verbs.send(load, io.BytesIO(SHEET), "people.csv")
    verbs.confirm(load, one.id, 1, TableForm(encoding="utf-8"))
    verbs.map(load, one.id, 2, MAPPING, "vault")
    told = (
        len(verbs.waiting(load)), verbs.look(load, one.id).line(), verbs.said_before(load),
        verbs.trial(load, one.id), list(verbs.rejects(load, one.id)),
        verbs.preview(load, one.id, MAPPING, 2), error(lambda: verbs.look(load, "0" * 16)),
    )  # fmt: skip
    job = verbs.load(load, one.id, LoadOrder("vault"))
    w.store.jobs.cancel(seen(w), job.id)
    w.store.jobs.forget(seen(w), job.id)
    return plain(told)


def screened(w: Workspace) -> object:
    screen, verbs = seen(w, Act.SCREEN, purpose="screening"), w.screen_uploads
    one = verbs.send(screen, io.BytesIO(SHEET), "people.csv")
    told = (
        len(verbs.waiting(screen)), verbs.look(screen, one.id).line(),
        error(lambda: verbs.look(screen, "0" * 16)),
    )  # fmt: skip
    job = verbs.begin(screen, one.id, ScreenForm(lists=("vault",)))
    w.store.jobs.cancel(seen(w), job.id)
    w.store.jobs.forget(seen(w), job.id)
    return plain(told)


def kept(w: Workspace) -> object:
    load, uploads = seen(w, Act.LOAD), w.store.uploads
    one = uploads.add(load, "load", io.BytesIO(SHEET))
    said = uploads.say(load, one.id, 1, {"mapping": ""})
    with uploads.opened(load, one.id) as raw:
        told = (raw.read(), uploads.path(load, one.id).name, said.said, len(uploads.page(load)))
    uploads.became(load, one.id, "0" * 16)
    uploads.forget(load, one.id)
    return plain((told, error(lambda: uploads.one(load, one.id))))


def searched(w: Workspace) -> object:
    view, searches = seen(w), w.store.searches
    one = searches.keep(view, SavedSearch("Amos Verner", "", "vault"))
    searches.asked(view, one.id)
    told = (searches.one(view, one.id), len(searches.own(view)))
    searches.forget(view, one.id)
    return plain((told, error(lambda: searches.one(view, one.id))))


def found(w: Workspace) -> object:
    view, finding = seen(w), w.finding
    opened = _opened(w)
    told = []
    for words in ("Amos Verner", "RX77120", "77120", "Konrad", ""):
        query = Query(words, Scope(opened.datasets, schema=""), facets=("datasets",))
        page = finding.search(view, opened, query)
        told.append((page, list(finding.table(view, opened, query))))
    old = SavedSearch("Amos", "", "", ran="2020-01-01T00:00:00+00:00")
    one = replace(w.store.searches.keep(view, old), ran=old.ran)
    again = asked_again(w, view, opened, one, (20, ("datasets",)))
    w.store.searches.forget(view, one.id)
    finding.note(view, "search", [])
    return plain((told, again, finding.key(view)))


def _opened(w: Workspace) -> Opened:
    view = seen(w)
    datasets = sorted({one.dataset for one in w.deliveries(view)} | {"vault"})
    return w.finding.opened(view, datasets, words=True)


def tried_again(w: Workspace) -> object:
    job = w.store.jobs.enqueue(seen(w, Act.TRACE), Asked("trace"))
    told = error(lambda: w.store.jobs.again(seen(w, Act.TRACE), job.id))
    none = error(lambda: w.store.jobs.again(seen(w, Act.TRACE), "0" * 16))
    w.store.jobs.cancel(seen(w), job.id)
    return plain((told, none))


ONBOARDING_VERBS: dict[str, Callable[[Workspace], object]] = dict.fromkeys(
    ("confirm", "load", "look", "map", "preview", "rejects", "said_before", "send", "trial",
     "waiting"), onboarded,
)  # fmt: skip
SCREEN_UPLOAD_VERBS: dict[str, Callable[[Workspace], object]] = dict.fromkeys(
    ("begin", "look", "send", "waiting"), screened
)
FINDING_VERBS: dict[str, Callable[[Workspace], object]] = dict.fromkeys(
    ("key", "note", "opened", "search", "table"), found
)
UPLOAD_VERBS: dict[str, Callable[[Workspace], object]] = {
    **{f"Uploads.{verb}": kept for verb in
       ("add", "became", "forget", "one", "opened", "page", "path", "say")},
    **{f"SavedSearches.{verb}": searched for verb in ("asked", "forget", "keep", "one", "own")},
    "Jobs.again": tried_again,
}  # fmt: skip
