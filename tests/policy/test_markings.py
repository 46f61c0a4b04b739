"""A marking found in a file narrows the label of what it stands on, and nothing widens it."""

import pytest

from maillon.model import Label, RefusedError
from maillon.policy import check_export, handling_of, marking_label
from maillon.policy.handling import COURTS, EXPORTS, codes


@pytest.mark.parametrize(
    "marking",
    ["COSMIC TOP SECRET", "x" * 1_000, "TLP:AMBER\u202e", "TLP:AMBER\0", "TLP: AMBER", ";", "-",
     "\uff34\uff2c\uff30:\uff32\uff25\uff24", "TLP:CLEAR; see the note", "no code", "all of"],
)  # fmt: skip
def test_a_marking_that_is_no_code_is_the_most_restrictive_and_says_so_without_its_text(
    marking: str,
) -> None:
    for label in (Label("police"), Label("police", "TLP 2.0", "TLP:CLEAR")):
        narrowed = marking_label(label, marking)
        assert (narrowed.scheme, narrowed.code) == ("unknown", "marking")
        with pytest.raises(RefusedError, match="must not leave: unknown marking"):
            check_export([narrowed], "centre", frozenset({("police", "marking")}))


@pytest.mark.parametrize("marking", ["tlp:red", " TLP:RED ", "Red", "TLP:RED; TLP:RED"])
def test_case_and_blanks_of_a_marking_are_free(marking: str) -> None:
    assert marking_label(Label("police"), marking).code == "TLP:RED"


@pytest.mark.parametrize("marking", ["", "  ", "\t"])
def test_a_blank_marking_says_nothing(marking: str) -> None:
    assert marking_label(Label("police"), marking) == Label("police")


_EVERY = [*((scheme, text) for scheme, text in codes().by_code), ("", ""), ("NATO", "SECRET")]


@pytest.mark.parametrize(("scheme", "code"), _EVERY)
def test_no_marking_lets_happen_what_the_label_or_itself_forbids(scheme: str, code: str) -> None:
    label = Label("police", scheme, code)
    for text, ((its_scheme, its_code)) in codes().by_text.items():
        both = (handling_of(label), handling_of(Label("police", its_scheme, its_code)))
        got = handling_of(marking_label(label, text))
        assert got.travels <= min(one.travels for one in both)
        for order, name in ((EXPORTS, "export"), (COURTS, "court")):
            assert order.index(getattr(got, name)) >= max(
                order.index(getattr(one, name)) for one in both
            )


def test_several_markings_each_apply_whatever_their_order() -> None:
    order = Label("police", "TLP 2.0", "TLP:CLEAR")
    both = marking_label(order, "H2; TLP:AMBER")
    assert both == marking_label(order, "TLP:AMBER;H2")
    assert both == marking_label(marking_label(order, "H2"), "TLP:AMBER")
    assert marking_label(order, "H2; TLP:RED") == marking_label(order, "TLP:RED")
    for code in ("H2", "TLP:AMBER"):
        with pytest.raises(RefusedError, match="has not consented"):
            check_export([both], "centre", frozenset({("police", code)}))
    check_export([both], "centre", frozenset({("police", "H2"), ("police", "TLP:AMBER")}))


def test_a_code_for_the_court_and_one_for_export_are_both_kept() -> None:
    for label, marking in ((Label("police", "TLP 2.0", "TLP:GREEN"), "H1"),
                           (Label("police", "Europol handling", "H1"), "TLP:GREEN")):  # fmt: skip
        got = handling_of(marking_label(label, marking))
        assert (got.travels, got.export, got.court) == (True, "consent", "permission")


def test_a_row_that_is_green_in_a_delivery_without_code_needs_both_consents() -> None:
    green = marking_label(Label("police"), "TLP:GREEN")
    with pytest.raises(RefusedError, match="has not consented"):
        check_export([green], "centre", frozenset({("police", "TLP:GREEN")}))
    check_export([green], "centre", frozenset({("police", ""), ("police", "TLP:GREEN")}))
