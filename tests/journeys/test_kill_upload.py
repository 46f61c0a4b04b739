"""A file is screened once, row by row, though worker and service are killed in the middle of it."""

from pathlib import Path

import pytest

from maillon.workspace import Workspace

from .upload_kills import uploaded

ROWS = 12_000
"""In the test; `bench/paging/upload.py` does the million of the promise."""


@pytest.mark.slow
def test_a_killed_screening_goes_on_where_it_was(tmp_path: Path) -> None:
    Workspace.create(tmp_path / "w")
    found = uploaded(tmp_path / "w", tmp_path / "keys", ROWS, 1)
    assert found.wrong == []
    assert (found.lines, found.doubled, found.lost) == (ROWS, 0, 0)
    assert found.kills == 1
    assert found.done_at_kill[0] > 0
    assert max(found.service_mb, found.worker_mb) < 300
