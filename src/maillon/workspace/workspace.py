"""One workspace, with the layers wired: every verb takes a view that policy opened."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Self

from maillon.model import Act, Delivery, Mandate, Statement, View
from maillon.store import (
    Also,
    Event,
    Loaded,
    Order,
    Settings,
    Store,
    Workbench,
    create_workspace,
    open_store,
)
from maillon.store.clock import utc_now

if TYPE_CHECKING:
    import pyarrow as pa

    from maillon.nexus import Trace, TraceSettings
    from maillon.resolve import Online, Resolved
    from maillon.screen import Answered, Entry
    from maillon.workspace.asking import Asking
    from maillon.workspace.byhand import ByHand
    from maillon.workspace.charting import Charting
    from maillon.workspace.finding import Finding
    from maillon.workspace.guarding import Guarding
    from maillon.workspace.judging import Judging
    from maillon.workspace.kept import Kept
    from maillon.workspace.leads import Leads
    from maillon.workspace.locating import Locating
    from maillon.workspace.onboarding import Onboarding
    from maillon.workspace.pointing import Pointing
    from maillon.workspace.receiving import Receiving
    from maillon.workspace.screening import Screening
    from maillon.workspace.screenupload import ScreenUploads
    from maillon.workspace.second_looking import SecondLooking
    from maillon.workspace.together import Together
    from maillon.workspace.tracing import Tracing


class Workspace:
    """An open workspace.

    Args:
        store: Its store.
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    @classmethod
    def create(cls, folder: Path) -> None:
        """Make an empty workspace in ``folder``."""
        create_workspace(folder)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open the workspace in ``folder``; a folder that is none is a `StoreError`."""
        return cls(open_store(folder, _entity_props))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.store.close()

    @property
    def settings(self) -> Settings:
        """What ``maillon.toml`` says."""
        return self.store.settings

    def view(
        self,
        act: Act,
        mandate: Mandate | None = None,
        *,
        known_on: str = "",
        detail: Mapping[str, object] | None = None,
    ) -> View:
        """Return what a mandate may read for an act, or raise; the ledger has both."""
        return self.store.policy.open(
            mandate or self.settings.mandate, act, known_on=known_on, detail=detail
        )

    def load(
        self,
        view: View,
        raw: IO[bytes],
        order: Order,
        progress: Callable[[int], None] | None = None,
        also: Also | None = None,
    ) -> Loaded:
        """Load one delivered file as one delivery; see `Store.load`."""
        return self.store.load(view, raw, order, progress, also)

    def deliveries(self, view: View) -> list[Delivery]:
        """Return the deliveries that the view can see."""
        return self.store.deliveries(view)

    def statements(self, view: View, entity: str) -> Iterator[Statement]:
        """Yield the statements of one entity that the view can see; the ledger has it first."""
        from maillon.workspace.looking import look  # noqa: PLC0415 - only when one is looked at

        found = list(self.store.scan(view, "entity = ?", [entity]))
        look(self.store, view, "statements", [entity], {one.dataset for one in found})
        yield from found

    def screen(
        self,
        view: View,
        queries: "Callable[[Workbench], Iterable[Entry]]",
        *,
        lists: Iterable[str] = (),
        threshold: float = 0.7,
        top: int = 10,
    ) -> "Iterator[Answered]":
        """Yield the answer to each query; the ledger gets the receipt when all are answered.

        Args:
            view: What may be read: a list entry that it cannot read is never a candidate.
            queries: Makes the queries, given the view's workbench.
            lists: Datasets to screen against; none stands for every entity with topics.
            threshold: Least score of a hit.
            top: Most hits of one query.

        Raises:
            StoreError: The view holds no listed entity: no answer could be told from *no hit*.
        """
        from maillon.screen import Asked  # noqa: PLC0415 - only when screening
        from maillon.workspace.screenrun import ScreenOrder  # noqa: PLC0415

        use = self.screening.rules().use()
        order = ScreenOrder(
            lambda bench: (Asked(one) for one in queries(bench)), {},
            replace(use, threshold=threshold, most_hits=top), tuple(lists),
        )  # fmt: skip
        with self.screening.opened(view, order) as run:
            yield from run
            run.finish()

    @cached_property
    def screening(self) -> "Screening":
        """The verbs of screening: batches, receipts, clearings, what changed."""
        from maillon.workspace.screening import Screening  # noqa: PLC0415 - only when screening

        return Screening(self.store, self.settings)

    @cached_property
    def second_looks(self) -> "SecondLooking":
        """What a second person makes of a hit, not knowing of the first; who settles."""
        from maillon.workspace.second_looking import SecondLooking  # noqa: PLC0415 - as screening

        return SecondLooking(self.store, self.settings)

    @cached_property
    def together(self) -> "Together":
        """Several hits of one record, or on one entry, decided at once."""
        from maillon.workspace.together import Together  # noqa: PLC0415 - as screening

        return Together(self.store, self.settings)

    @cached_property
    def finding(self) -> "Finding":
        """The verbs of finding: records by words, by parts of identifiers, by a screening."""
        from maillon.workspace.finding import Finding  # noqa: PLC0415 - only when finding

        return Finding(self.store, self.settings)

    @cached_property
    def onboarding(self) -> "Onboarding":
        """The verbs of onboarding: a file sent, looked at, mapped, tried, loaded."""
        from maillon.workspace.onboarding import Onboarding  # noqa: PLC0415 - only when onboarding

        return Onboarding(self.store)

    @cached_property
    def screen_uploads(self) -> "ScreenUploads":
        """The verbs of files to be screened: sent, counted, said how they are read, begun."""
        from maillon.workspace.screenupload import ScreenUploads  # noqa: PLC0415 - as above

        return ScreenUploads(self.store)

    @cached_property
    def pointing(self) -> "Pointing":
        """What the system does with leads that nobody may see whole."""
        from maillon.workspace.pointing import Pointing  # noqa: PLC0415 - only the worker points

        return Pointing(self.store, self.resolved)

    @cached_property
    def guarding(self) -> "Guarding":
        """The verbs of safeguards: protect, categorise, name an anchor, let something out."""
        from maillon.workspace.guarding import Guarding  # noqa: PLC0415 - only when deciding

        return Guarding(self.store)

    @cached_property
    def judging(self) -> "Judging":
        """The verbs of judging: why two records are one, what to judge next, what labels teach."""
        from maillon.workspace.judging import Judging  # noqa: PLC0415 - only when judging

        return Judging(self.store)

    @cached_property
    def leads(self) -> "Leads":
        """The verbs of leads: where they stand, what people say of them, which return."""
        from maillon.workspace.leads import Leads  # noqa: PLC0415 - only when tracing

        return Leads(self.store, self.trace)

    @cached_property
    def tracing(self) -> "Tracing":
        """The verbs of tracing on demand: between two, around one, one lead whole, coverage."""
        from maillon.workspace.tracing import Tracing  # noqa: PLC0415 - only when tracing

        return Tracing(self.store, self._kept)

    @cached_property
    def charting(self) -> "Charting":
        """The verbs of charts: who stands on one and how they are linked; charts that are kept."""
        from maillon.workspace.charting import Charting  # noqa: PLC0415 - only when drawing

        return Charting(self.store, self.tracing)

    @cached_property
    def locating(self) -> "Locating":
        """The verb of places: where some entities are, or did something."""
        from maillon.workspace.locating import Locating  # noqa: PLC0415 - only when placing

        return Locating(self.store, self.resolved)

    @cached_property
    def _kept(self) -> "Kept":
        from maillon.workspace.kept import Kept  # noqa: PLC0415 - only when tracing

        return Kept(self.store)

    @cached_property
    def receiving(self) -> "Receiving":
        """The verbs of intake: let a dropped file in, keep it out, how each source stands."""
        from maillon.workspace.receiving import Receiving  # noqa: PLC0415 - only when receiving

        return Receiving(self.store, self.settings)

    @cached_property
    def asking(self) -> "Asking":
        """The verbs of standing questions: ask, end, hear what is new."""
        from maillon.workspace.asking import Asking  # noqa: PLC0415 - only when asking

        return Asking(self.store, lambda: self.tracing)

    @cached_property
    def by_hand(self) -> "ByHand":
        """The verbs of facts by hand: state one, correct one by another."""
        from maillon.workspace.byhand import ByHand  # noqa: PLC0415 - only when stating

        return ByHand(self.store)

    def judge(self, view: View, event: Event) -> str:
        """Append a judgement about two records that the view can see, or the taking back of one."""
        return self.store.judge(view, event)

    def resolve(self, view: View) -> "Resolved":
        """Return which records of the view are one; scores are kept until its statements change."""
        from maillon.workspace.resolution import resolved  # noqa: PLC0415 - only when resolving

        return resolved(self.store, view)

    @contextmanager
    def placing(self, view: View) -> "Iterator[Online]":
        """Lend what places records one at a time: who is it, before it is delivered."""
        from maillon.resolve import Online  # noqa: PLC0415 - only when resolving

        with Online(self.resolve(view), self.store.log(view)) as online:
            yield online

    def trace(self, view: View, settings: "TraceSettings | None" = None) -> "Trace":
        """Return the leads that the view's statements hold, ranked."""
        from maillon.nexus import FEATURES, TraceSettings, trace  # noqa: PLC0415 - only when tracing

        self.store.cards.check("lead-ranking", FEATURES, view, utc_now()[:10])
        chosen = settings or TraceSettings()

        def made() -> "Trace":
            with self.resolved(view) as bench:
                return trace(bench, chosen)

        return self._kept.get(view, ("trace", repr(chosen)), made)

    @contextmanager
    def resolved(self, view: View) -> Iterator[Workbench]:
        """Lend the view's workbench with the table ``canonical``, resolved first where needed."""
        canonical = self.resolve(view).canonical
        with self.store.workbench(view) as bench:
            show_canonical(bench, canonical)
            yield bench


def _entity_props() -> frozenset[str]:
    from maillon.model.ftm import entity_property_names  # noqa: PLC0415 - only when loading

    return entity_property_names()


def show_canonical(bench: Workbench, canonical: "pa.Table") -> None:
    """Put ``canonical(entity, canonical, confidence)`` into a workbench."""
    bench.con.register("canonical_rows", canonical)
    bench.con.execute("CREATE OR REPLACE TEMP TABLE canonical AS SELECT * FROM canonical_rows")
    bench.con.unregister("canonical_rows")


def members(canonical: "pa.Table") -> dict[str, list[str]]:
    """Return the entity ids of every canonical id, sorted."""
    found: dict[str, list[str]] = {}
    pairs: Iterable[tuple[Any, Any]] = zip(
        canonical.column("canonical").to_pylist(), canonical.column("entity").to_pylist(),
        strict=True,
    )  # fmt: skip
    for name, entity in pairs:
        found.setdefault(name, []).append(entity)
    return {name: sorted(entities) for name, entities in sorted(found.items())}


def clusters(found: "Resolved") -> Sequence[tuple[str, list[str]]]:
    """Return canonical id and members of every cluster of two and more, by canonical id."""
    return [(name, held) for name, held in members(found.canonical).items() if len(held) > 1]
