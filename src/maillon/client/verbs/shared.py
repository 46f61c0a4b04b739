"""Shapes that verbs of several kinds take or give.

Written by `python3 dev.py client` from the OpenAPI document.
"""

from collections.abc import Mapping
from typing import Any, Literal, TypedDict


class JobLine(TypedDict):
    """How a job stands; counts and result only for who may read all that is behind them."""

    job: str
    kind: str
    state: Literal["waiting", "running", "done", "failed", "cancelled"]
    at: str
    started: str
    ended: str
    attempts: int
    done: int
    total: int
    rate: float
    note: str
    result: Mapping[str, Any]
    error: str
    cancel_asked: bool
