"""Backups of a workspace on either engine, and workspaces made of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy.engine import make_url

from maillon.model import Act, View
from maillon.store import Settings, Store, read_settings
from maillon.store.backup import BackedUp, Order, back_up
from maillon.store.recovery import Recovered, Return, recover

from .keeping import PROPS, Clocked
from .postgres import Server


@dataclass(frozen=True)
class Backing:
    """A workspace and where its backups go.

    Attributes:
        held: The workspace.
        to: The folder of its backups.
        server: Of its desk; None for a desk in a file.
    """

    held: Clocked
    to: Path
    server: Server | None = None

    @property
    def desk(self) -> str:
        """Address of its database by the role that reads past row security."""
        if self.server is None:
            return ""
        url = make_url(self.held.store.settings.desk).set(username=self.server.backup)
        return url.render_as_string(hide_password=False)

    def order(self) -> Order:
        return Order(self.to, self.held.keys, self.desk)

    def back_up(self, **changes: object) -> BackedUp:
        order = replace(self.order(), **changes)  # type: ignore[arg-type]  # fields of the order
        return back_up(self.held.house, self.held.store.settings, self.held.view(), order)

    @contextmanager
    def empty(self) -> Iterator[str]:
        """Lend the address of an empty database by the owner; empty for a desk in a file."""
        if self.server is None:
            yield ""
            return
        with self.server.database() as name:
            yield self.server.url(name, self.server.owner)

    @contextmanager
    def restored(
        self, target: Path, source: Path | None = None
    ) -> Iterator[tuple[Recovered, Clocked]]:
        """Lend a workspace made of a backup, and what `recover` said."""
        with self.empty() as url:
            done = recover(self.asked(target, source, url))
            made = Clocked.__new__(Clocked)
            made.day, made.keys = self.held.day, self.held.keys
            made.store = self._opened(read_settings(target))
            try:
                yield done, made
            finally:
                made.store.close()

    def asked(self, target: Path, source: Path | None = None, url: str = "") -> Return:
        return Return(
            source or self.to, target, url, self._opened, self._view, lambda _: self.held.keys
        )

    def _opened(self, settings: Settings) -> Store:
        return Store(settings, PROPS, self.held.house.now)

    @staticmethod
    def _view(store: Store) -> View:
        mandate = replace(store.settings.mandate, who="keeper", purpose="retention")
        return store.policy.open(mandate, Act.RETAIN)
