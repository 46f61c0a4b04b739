"""The tree of errors is the one drawn in its docstring."""

import re

import pytest

from maillon.model import LimitError, MaillonError, RefusedError, SourceError, errors

DRAWN = {
    name: (int(code), int(status))
    for name, code, status in re.findall(
        r"── (\w+) .* exit (\d+), HTTP (\d+)", errors.__doc__ or ""
    )
}


def classes() -> list[type[MaillonError]]:
    found: list[type[MaillonError]] = []
    for each in MaillonError.__subclasses__():
        found += [
            one for one in (each, *each.__subclasses__()) if one.__module__ == errors.__name__
        ]
    return found


def test_every_error_is_drawn() -> None:
    assert sorted(each.__name__ for each in classes()) == sorted(DRAWN)


@pytest.mark.parametrize("each", classes(), ids=lambda each: each.__name__)
def test_codes_are_as_drawn(each: type[MaillonError]) -> None:
    assert (each.exit_code, each.http_status) == DRAWN[each.__name__]


def test_the_codes_are_those_of_the_command_line() -> None:
    assert {code for code, _ in DRAWN.values()} == {2, 3, 4, 5}
    assert MaillonError.exit_code == 1


def test_a_source_error_names_dataset_place_and_reason() -> None:
    error = SourceError("un_sc", "line:12", "no date")
    assert str(error) == "un_sc line:12: no date"
    assert (error.dataset, error.locator, error.reason, error.whole) == (
        "un_sc", "line:12", "no date", False
    )  # fmt: skip


def test_source_errors_are_equal_by_what_they_say() -> None:
    one, other = (SourceError("d", "line:1", reason) for reason in "ab")
    assert one == SourceError("d", "line:1", "a")
    assert one != other
    assert one != "d line:1: a"
    assert len({one, SourceError("d", "line:1", "a"), other}) == 2


def test_a_refusal_names_its_rule_and_the_remedy() -> None:
    refusal = RefusedError("S/2020/754, para. 116", "no basis", "name one")
    assert str(refusal) == "refused (S/2020/754, para. 116): no basis; name one"
    assert (refusal.rule, refusal.reason, refusal.remedy) == (
        "S/2020/754, para. 116", "no basis", "name one"
    )  # fmt: skip


def test_a_limit_says_the_limit() -> None:
    assert (
        str(LimitError("persons", 1000, 2500)) == "persons: 2,500 is more than the limit of 1,000"
    )
