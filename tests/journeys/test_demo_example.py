"""The example in the help of ``maillon demo`` runs as it stands there."""

import re
import shlex
import sys
from pathlib import Path

import pytest

from maillon.cli import main
from maillon.cli.demo_command import demo


@pytest.mark.slow
def test_the_example_of_demo_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (example,) = re.findall(r"Example: (maillon demo .*)$", demo.__doc__ or "", re.MULTILINE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", shlex.split(example))
    assert main() == 0
    done = capsys.readouterr()
    assert "Against the truth:" in done.out
    (report,) = tmp_path.glob("ruritania-*/report.html")
    assert str(report.relative_to(tmp_path)) in done.err
