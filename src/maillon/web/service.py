"""One running service: its workspace, what it has open, what it counts. Nothing is global."""

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from maillon.model import Act, View
from maillon.web.batching import Matcher
from maillon.web.config import Config
from maillon.web.metrics import Metrics
from maillon.web.ready import Ready
from maillon.workspace.finding import Opened
from maillon.workspace.workspace import Workspace

if TYPE_CHECKING:
    from maillon.web.identity import Doorkeeper
    from maillon.web.pages.drawing import Drawing

FRESH: Final = 1.0
"""Seconds after which it is looked whether something has changed that another process did."""

SPARES: Final = 2
"""Empty databases that are open before a request asks for one: 40 ms of each that looks something
up."""


class Service:
    """A running service.

    Args:
        workspace: Open; the caller closes it after `close`.
        config: What it is told.
        metrics: What it counts.
        now: A clock that never goes back, seconds.

    Attributes:
        doorkeeper: Recognises callers of our own API; without one it answers nobody.
        ready: What callers of our own API find in.
        drawing: What draws pages; without it there are none.
    """

    def __init__(
        self,
        workspace: Workspace,
        config: Config,
        metrics: Metrics | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.workspace = workspace
        self.config = config
        self.metrics = metrics or Metrics()
        self.matcher = Matcher(self.metrics, config.waiting_queries)
        self.doorkeeper: Doorkeeper | None = None
        self.ready = Ready(workspace.finding)
        self.drawing: Drawing | None = None
        self._now = now
        self._lock = threading.Lock()
        self._opened: tuple[View, Opened] | None = None
        self._checked = float("-inf")
        workspace.store.spares.keep(SPARES)

    def opened(self) -> tuple[View, Opened]:
        """Return the service's own view of the open data, and what is found in it, as of now.

        Raises:
            RefusedError: The service's mandate is refused; no mandate is configured.
        """
        held, checked = self._opened, self._checked
        if held is not None and self._now() - checked < FRESH:
            return held
        with self._lock:
            held = self._opened
            if held is not None and self._now() - self._checked < FRESH:
                return held
            open_data = self.config.open
            assert open_data.mandate is not None  # asked only where something is open
            begun = self._now()
            view = self.workspace.view(Act.SCREEN, open_data.mandate, detail={"verb": "serve"})
            finding = self.workspace.finding
            if held is None or held[0].labels != view.labels or held[1].key != finding.key(view):
                opened = finding.opened(view, open_data.datasets, joined=open_data.joined)
            else:
                opened = held[1]
            self._opened, self._checked = (view, opened), begun
            return self._opened

    def look_again(self) -> None:
        """Have the next request look whether something has changed."""
        self._checked = float("-inf")

    def close(self) -> None:
        """Answer what waits, then end."""
        self.matcher.close()
        self.workspace.store.spares.keep(0)
