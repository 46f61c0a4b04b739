"""What the service counts, and what it logs: no name, no id, no query, no address of a person."""

import json
import logging
import time
from collections.abc import Callable, MutableMapping
from typing import Any, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Seconds."""


class Metrics:
    """Counters of one service.

    Args:
        log: Takes one line an answer; None for no log.
        now: The clock, seconds since 1970.
    """

    def __init__(
        self, log: Callable[[str], None] | None = None, now: Callable[[], float] = time.time
    ) -> None:
        self._log = log
        self._now = now
        self.registry = CollectorRegistry()
        self._answers = Counter(
            "maillon_http_answers", "Answers", ("method", "route", "status"),
            registry=self.registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "maillon_http_seconds", "Seconds to an answer", ("route",), buckets=BUCKETS,
            registry=self.registry,
        )  # fmt: skip
        self.queries = Counter(
            "maillon_screened_queries", "Records screened", registry=self.registry
        )
        self.waiting = Gauge(
            "maillon_waiting_queries", "Records that wait to be screened", registry=self.registry
        )

    def answered(self, scope: MutableMapping[str, Any], status: int, seconds: float) -> None:
        """Count one answer and log it: its route, never its path, which may hold an id."""
        route = getattr(scope.get("route"), "path", "") or "unknown"
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self._answers.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)
        if self._log is not None:
            state = scope.get("state", {})
            said = {
                "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self._now())),
                "method": method,
                "route": route,
                "status": status,
                "ms": round(seconds * 1000, 1),
                "request": state.get("request_id", ""),
                "trace": state.get("trace", ""),
            }
            self._log(json.dumps(said))

    def text(self) -> bytes:
        """Return everything in the format that Prometheus reads."""
        return generate_latest(self.registry)


_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def line_log() -> Callable[[str], None]:
    """Return a log that writes lines to standard error, as they are."""
    logger = logging.getLogger("maillon.access")
    if not logger.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(message)s"))
        logger.addHandler(handler)
        logger.propagate = False
        logger.setLevel(logging.INFO)
    return logger.info
