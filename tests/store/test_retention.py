"""Clocks: leap days, month ends, dated rules, masks, reviews, expiry with and without evidence."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select

from maillon.model import NotFoundError, NotValidError, RefusedError, StoreError, View
from maillon.store import keeping as k
from maillon.store.periods import Period
from maillon.store.tables_mandate import CASE_FILE, CASE_MEMBER, DECLARATION

from .keeping import Clocked, clocked

FLIGHT = (
    "b1,name,Booking one\nb1,holder,p1\np1,name,Petra Prva\np1,country,si\n"
    "b2,name,Booking two\nb2,holder,p2\np2,name,Drago Drugi\np2,country,hr\n"
)


@pytest.fixture
def w(folder: Path) -> Iterator[Clocked]:
    held = clocked(folder)
    yield held
    held.store.close()


# by hand, from Regulation (EEC, Euratom) No 1182/71, art. 3(2)(c)
@pytest.mark.parametrize(
    ("period", "start", "last"),
    [
        ("1 year", "2024-02-29", "2025-02-28"),
        ("4 years", "2024-02-29", "2028-02-29"),
        ("5 years", "2026-03-31", "2031-03-31"),
        ("6 months", "2025-08-31", "2026-02-28"),
        ("6 months", "2023-08-31", "2024-02-29"),
        ("1 month", "2026-01-31", "2026-02-28"),
        ("1 month", "2026-12-31", "2027-01-31"),
        ("30 days", "2024-02-15", "2024-03-16"),
        ("1 day", "2026-03-28", "2026-03-29"),  # a night in which summer time begins
    ],
)
def test_a_period_ends_with_the_same_date_or_the_month(period: str, start: str, last: str) -> None:
    one, begun = Period.read(period), date.fromisoformat(start)
    assert one.after(begun).isoformat() == last
    assert not one.is_over(begun, date.fromisoformat(last))
    assert one.is_over(begun, date.fromisoformat(last) + timedelta(days=1))


@given(
    st.dates(date(1990, 1, 1), date(2100, 1, 1)),
    st.sampled_from(["6 months", "5 years", "30 days"]),
)
def test_the_newest_start_that_is_over_is_the_newest(day: date, period: str) -> None:
    one = Period.read(period)
    newest = one.newest_over(day)
    assert one.is_over(newest, day)
    assert not one.is_over(newest + timedelta(days=1), day)


@pytest.mark.parametrize("text", ["", "5", "years", "0 days", "-1 year", "5 weeks", "1.5 years"])
def test_what_is_no_period_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="no period"):
        Period.read(text)


RULE = """
[[rule]]
category = "standard"
regime = "national"
since = "2020-01-01"
keep = "1 year"
review = "1 month"
again = "admit"
provision = "Test Act, s. 1"
"""


def own(folder: Path, text: str) -> Path:
    (folder / "law").mkdir(parents=True, exist_ok=True)
    (folder / "law" / "retention.toml").write_text(text, "utf-8")
    return folder


def test_a_workspace_overrides_the_rules_of_the_house(tmp_path: Path) -> None:
    rules = k.read_rules(own(tmp_path, RULE))
    assert rules.on("standard", date(2026, 1, 1)).keep == Period(months=12)
    assert rules.on("pnr", date(2026, 1, 1)).keep == Period(months=60)


def test_the_rule_of_the_day_is_told() -> None:
    rules = k.read_rules()
    assert rules.on("pnr", date(2022, 6, 20)).without_evidence is None
    assert rules.on("pnr", date(2022, 6, 21)).without_evidence == Period(months=6)
    with pytest.raises(StoreError, match="no rule for 'pnr'"):
        rules.on("pnr", date(2018, 5, 24))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (RULE + RULE, r"line 11: overlaps .* line 2"),
        (RULE.replace('"1 year"', '"soon"'), r"line 2: 'soon' is no period"),
        (RULE + 'colour = "red"\n', r"line 2: colour unknown"),
        (RULE.replace('"admit"', '"perhaps"'), r"line 2: again = 'perhaps'"),
        (RULE.replace('"1 month"', '"2 years"'), r"line 2: review is not shorter than keep"),
        (RULE.replace('"Test Act, s. 1"', '" "'), r"line 2: provision is empty"),
        (RULE.replace('"2020-01-01"', '"2020-02-30"'), r"line 2"),
        (RULE.replace('keep = "1 year"\n', ""), r"line 2: a rule needs .*keep"),
        (RULE + 'mask = "none"\n', r"line 2: mask, mask_after and mask_provision go together"),
        ("\nrules = 1\n", r"line 2: 'rules' unknown"),
        ("[regimes]\nstandard = 'martial'\n", r"\[regimes\] standard = 'martial'"),
        ("[breach]\nhours = 0\n", r"\[breach\] hours = 0"),
        ("=", r"retention.toml: "),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_named_with_file_and_line(
    tmp_path: Path, text: str, says: str
) -> None:
    with pytest.raises(StoreError, match=f"(?s)retention.toml.*{says}" if "line" in says else says):
        k.read_rules(own(tmp_path, text))


def test_a_category_without_a_period_is_not_loaded(w: Clocked) -> None:
    with pytest.raises(RefusedError, match=r"art. 5.*'gossip'"):
        w.load("a,name,A\n", category="gossip")


def test_a_review_is_opened_before_the_end_and_once(w: Clocked) -> None:
    w.load("a,name,A\n")  # kept until 2031-01-31, reviewed from 2030-07-31 on
    assert k.due(w.on("2030-07-30").house, w.view()) == []
    (due,) = k.due(w.on("2030-07-31").house, w.view())
    assert (due.what, due.on) == ("review", date(2030, 7, 31))
    assert w.run().reviews == 1
    assert w.run().reviews == 0
    (review,) = k.reviews(w.house, w.view())
    k.decide_review(w.house, w.view(), review.id, "delete", "nobody needs it", w.keys)
    assert w.entities() == []
    with pytest.raises(NotValidError, match="not 'perhaps'"):
        k.decide_review(w.house, w.view(), review.id, "perhaps", "again", w.keys)
    with pytest.raises(NotFoundError, match="no open review"):
        k.decide_review(w.house, w.view(), review.id, "expire", "again", w.keys)


def test_what_is_over_goes_the_day_after_and_not_on_the_day(w: Clocked) -> None:
    w.load("a,name,A\n")
    w.on("2031-01-31").run()
    assert w.entities() == ["a"]
    (due,) = k.due(w.on("2031-02-01").house, w.view())
    assert (due.what, due.provision[:24]) == ("delete", "Directive (EU) 2016/680,")
    assert w.entities() == ["a"]  # what is due is only said
    assert w.run().erased == 1
    assert w.entities() == []
    assert w.run().erased == 0
    assert w.store.check() == []


@pytest.mark.parametrize(
    ("scope", "review"), [("planet", date(2040, 1, 1)), ("entity", date(2026, 1, 31))]
)
def test_a_hold_that_cannot_be_is_not_placed(w: Clocked, scope: str, review: date) -> None:
    w.on("2026-01-31")
    with pytest.raises(NotValidError):
        k.place(w.house, w.view(), k.Hold(scope, "a", "trial", "Court", review), w.keys)
    assert k.standing_holds(w.house, w.view()) == []


def test_a_hold_outlives_the_period_and_its_release_ends_it(w: Clocked) -> None:
    w.load("a,name,A\nb,name,B\n")
    hold = k.Hold("entity", "a", "trial", "Court", date(2040, 1, 1))
    id_ = k.place(w.house, w.view(), hold, w.keys)
    w.on("2031-02-01").run()
    assert b"'a'" in w.lake()
    assert b"'b'" not in w.lake()
    k.release(w.house, w.view(), id_, "over", w.keys)
    w.run()
    assert b"'a'" not in w.lake()


def test_passengers_are_masked_at_six_months_for_everybody(w: Clocked) -> None:
    own(w.store.settings.folder, '[regimes]\npnr = "eu-2016"\n')
    w.load(FLIGHT, category="pnr")
    day_before = w.store.key(w.on("2026-07-31").reader())
    assert ("p1", "name", "Petra Prva") in w.seen()
    w.on("2026-08-01")
    assert w.seen() == []  # all of these are people, whose every property is masked
    assert w.seen(w.view()) == []
    assert w.store.key(w.reader()) != day_before
    w.store.put_derived(w.reader(), "scores", table())
    assert w.run().masked == 1
    assert w.store.older_derived(w.reader(), "scores") is None
    with (
        pytest.raises(RefusedError, match="masked"),
        w.store.original(w.reader(), w.store.deliveries(w.reader())[0].id),
    ):
        pass


def table() -> pa.Table:
    return pa.table({"a": [1]})


def test_two_people_unmask_a_case_for_a_time(w: Clocked) -> None:
    own(w.store.settings.folder, '[regimes]\npnr = "eu-2016"\n')
    w.load(FLIGHT, category="pnr")
    w.on("2026-09-01")
    until = date(2026, 9, 30)
    case = case_of(w)
    id_ = k.ask(w.house, w.view(), ["p1"], case.mandate.case, "threat to life", until)
    with pytest.raises(RefusedError, match="four eyes"):
        k.decide(w.house, w.view(), id_, is_approved=True)
    assert w.seen(case) == []
    masked = w.store.key(case)
    k.decide(w.house, w.view("officer"), id_, is_approved=True)
    assert w.seen(case) == [("p1", "country", "si"), ("p1", "name", "Petra Prva")]
    assert w.seen() == []
    assert w.store.key(case) != masked
    assert w.seen(case_of(w.on("2026-10-01"))) == []


def case_of(w: Clocked) -> View:
    """A view of a case that stands at any time, of which the keeper is a member."""
    case = {"number": "C-7", "regime": "both", "purposes": ["retention"], "agencies": ["centre"],
            "leader": "keeper", "legal_basis": "warrant", "reason": "threat to life",
            "opened": "2000-01-01T00:00:00+00:00", "expires": "2099-01-01", "closed": ""}  # fmt: skip
    member = {
        "case": "C-7",
        "who": "keeper",
        "agency": "centre",
        "since": "2000-01-01",
        "until": "",
    }
    said = {"case": "C-7", "person": "keeper", "says": "none", "reason": "", "who": "keeper",
            "at": "2000-01-01T00:00:00+00:00"}  # fmt: skip
    with w.house.writing() as connection:
        if connection.execute(select(CASE_FILE)).first() is None:
            connection.execute(insert(CASE_FILE).values(**case))
            connection.execute(insert(CASE_MEMBER).values(**member))
            connection.execute(insert(DECLARATION).values(**said))
    return w.view(case="C-7")


def test_without_evidence_passengers_go_at_six_months_and_with_it_at_five_years(
    w: Clocked,
) -> None:
    w.load(FLIGHT, category="pnr")
    k.mark_evidence(w.house, w.view(), "p1", "wanted, warrant 3 Zk 4/26")
    w.on("2026-08-01")
    (due,) = [one for one in k.due(w.house, w.view()) if one.what == "delete without evidence"]
    assert "C-817/19" in due.provision
    w.run()
    assert b"Petra" in w.lake()
    assert b"Booking one" in w.lake()
    assert b"Drago" not in w.lake()
    assert b"Booking two" not in w.lake()
    assert w.run().erased == 0
    w.on("2031-02-01").run()
    assert b"Petra" not in w.lake()
    assert w.store.check() == []


def test_without_any_evidence_the_whole_delivery_goes(w: Clocked) -> None:
    w.load(FLIGHT, category="pnr")
    w.on("2026-08-01").run()
    assert w.store.deliveries(w.reader(), current=False) == []


def test_who_received_it_is_told_and_answers(w: Clocked) -> None:
    w.load("a,name,A\n")
    k.register(w.house, w.view(), "a", "Police of Ruritania", "D-12/26")
    assert k.correct(w.house, w.view(), "a", "wrong birth date") == 1
    w.erase("a")
    w.run()
    corrected, erased = k.notices(w.house, w.view())
    assert [one.kind for one in (corrected, erased)] == ["correct", "erase"]
    assert corrected.object != erased.object
    k.acknowledge(w.house, w.view(), erased.id, "erased on 2 February")
    with pytest.raises(StoreError, match="no open notice"):
        k.acknowledge(w.house, w.view(), erased.id, "again")
    assert [bool(one.acknowledged_at) for one in k.notices(w.house, w.view())] == [False, True]
