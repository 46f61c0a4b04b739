"""The service killed at random moments: no decision is lost or doubled, the jobs finish."""

from pathlib import Path

import pytest

from maillon.workspace import Workspace

from .service_kills import killed

KILLS = 3
"""In the test; `bench/kill.py --service` does the fifty of the promise, on both engines."""


@pytest.mark.slow
def test_no_decision_is_lost_or_doubled_by_kills(tmp_path: Path) -> None:
    Workspace.create(tmp_path / "w")
    found = killed(tmp_path / "w", tmp_path / "keys", KILLS)
    assert found.wrong == []
    assert found.kills == KILLS
    assert len(found.judged) > KILLS, "hardly anything was judged: nothing was shown"
    assert found.cut > 0, "no request was cut off: nothing was shown"
