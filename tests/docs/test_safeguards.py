"""Every requirement has its row, and every row its three tests, which are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def rows() -> list[list[str]]:
    text = (ROOT / "docs" / "safeguards.md").read_text("utf-8")
    found = [line.strip("|\n").split("|") for line in text.splitlines() if re.match(r"\| \d", line)]
    return [[cell.strip() for cell in row] for row in found]


def test_the_twenty_five_requirements_stand_in_order() -> None:
    assert [row[0] for row in rows()] == [str(number) for number in range(1, 26)]
    assert all(len(row) == 5 for row in rows())


def test_each_names_at_least_three_tests_that_are_there() -> None:
    there = {
        name
        for file in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)\(", file.read_text("utf-8"), re.MULTILINE)
    }
    for number, *_, tests, _ in rows():
        named = re.findall(r"`(test_\w+)`", tests)
        assert len(set(named)) >= 3, number
        assert set(named) <= there, (number, set(named) - there)
