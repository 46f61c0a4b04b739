"""Complaints of users of other pages, as tests. Source: the house's register of page complaints.

What is tested beside the part that it is about is named in `ELSEWHERE`; what is owed, in `OWED`.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from maillon.model import Act, Label, Mandate
from maillon.store.charts import Placed
from maillon.store.judgement import Event, Verdict
from maillon.workspace import Workspace
from maillon.workspace.charting import FORMS, Drawn

from .records import OPEN, call, loaded, person

TESTS = Path(__file__).parents[1]
ELSEWHERE = {
    2: ("web/browser/test_chart.py", "test_a_hub_is_asked_for_its_counts_first"),
    9: ("screen/test_paging.py", "test_a_table_of_more_than_a_hundred_thousand_has_everything_once"),
    11: ("web/pages/test_onboarding.py", "test_a_sheet_of_people_and_companies_is_loaded"),
    13: ("web/pages/test_searching.py", "test_there_and_back_shows_each_record_once"),
    15: ("web/browser/test_chart.py", "test_mounts_and_unmounts_leave_no_listener"),
    16: ("web/browser/test_chart.py", "test_hostile_names_are_drawn_right"),
    17: ("web/browser/test_chart.py",
         "test_the_arrow_keys_walk_a_lead_from_terrorism_to_crime"),
    19: ("resolve/test_explain.py",
         "test_a_pair_that_was_not_brought_together_is_explained_without_a_stored_score"),
}  # fmt: skip
"""The test of a complaint that stands with what it is about."""
OWED = {
    1: "a saved chart of 5,000 reopens within 5 s: bench/paging/chart.py measures it, no test",
    4: "mail about a report: no mail is sent yet; notices are of the case layer",
    6: "each reject of an import names line, column, value, rule and remedy: shown, not pinned here",
    7: "both sides, resume, others' verdicts, bulk, a stable caption: several tests, not one claim",
    12: "a file of more than 60,000 queries is counted before it is begun: tested with few",
    20: "a hit shows the name of the list entry beside the passenger's; no endless wait",
    21: "an installation from source without node on the path",
}
"""Complaints without a test of their own, and what there is."""
NUMBERS = {*range(1, 8), 9, 10, 11, 12, 13, 15, 16, 17, 19, 20, 21}
RED = Label("police", "TLP 2.0", "TLP:RED", purposes=("linking",), legal_basis="Police Act, s. 1")


def test_every_complaint_is_a_test_or_is_owed() -> None:
    text = Path(__file__).read_text("utf-8")
    here = {int(n) for n in re.findall(r"^def test_complaint_(\d+)_", text, re.MULTILINE)}
    assert here | ELSEWHERE.keys() | OWED.keys() == NUMBERS
    assert not here & OWED.keys()
    assert not ELSEWHERE.keys() & OWED.keys()


@pytest.mark.parametrize("number", sorted(ELSEWHERE))
def test_the_test_of_a_complaint_is_there(number: int) -> None:
    file, name = ELSEWHERE[number]
    assert re.search(rf"^def {name}\(", (TESTS / file).read_text("utf-8"), re.MULTILINE)


@pytest.fixture
def w(tmp_path: Path) -> Iterator[Workspace]:
    Workspace.create(tmp_path / "w")
    with Workspace.open(tmp_path / "w") as opened:
        people = [person("a1", "Ann Berg"), person("a2", "Ann Berg"), person("m1", "Bela Konrad")]
        calls = [call("k1", "a1", "m1", "2026-01-01"), call("k2", "a2", "m1", "2026-01-02")]
        loaded(opened, "register", OPEN, [*people, *calls])
        yield opened


def left(w: Workspace, form: str, *ids: str) -> bytes:
    drawn = Drawn("", tuple((one, Placed((), float(n), 0.0)) for n, one in enumerate(ids)))
    return w.charting.export(w.view(Act.TRACE), drawn, form)


@pytest.mark.parametrize("form", FORMS)
def test_complaint_3_no_id_or_name_above_the_reader_s_marking_is_in_a_file(
    w: Workspace, form: str
) -> None:
    before = left(w, form, "a1", "m1")
    loaded(w, "red", RED, [person("r1", "Rosa Malware"), call("k9", "r1", "m1", "2026-02-01")])
    after = left(w, form, "a1", "m1", "r1")
    assert b"Rosa" not in after
    assert b"r1" not in re.sub(rb"[0-9a-f]{12,}", b"", after)
    assert after == before


def test_complaint_5_a_merge_that_is_taken_back_leaves_the_export_as_it_was(w: Workspace) -> None:
    before = {form: left(w, form, "a1", "a2", "m1") for form in FORMS}
    said = Mandate("analyst", w.settings.mandate.agency, "linking", w.settings.mandate.legal_basis)
    view = w.view(Act.JUDGE, said)
    one = w.judge(view, Event("a1", "a2", Verdict.POSITIVE, "same", tuple(sorted(view.labels))))
    assert left(w, "graphml", "a1", "a2", "m1") != before["graphml"]
    w.judge(view, Event("a1", "a2", Verdict.REVOKED, "not the same", revokes=one))
    assert {form: left(w, form, "a1", "a2", "m1") for form in FORMS} == before


def test_complaint_10_a_chart_loses_no_id_on_its_way_out_and_back(w: Workspace) -> None:
    lines = [json.loads(line) for line in left(w, "ftm", "a1", "a2", "m1").splitlines()]
    ids = {line["id"] for line in lines if line["schema"] == "Person"}
    shown = w.charting.shown(w.view(Act.TRACE), ("a1", "a2", "m1"))
    assert ids == {one["id"] for one in shown["nodes"]}
    again = w.charting.shown(w.view(Act.TRACE), sorted(ids))
    assert [one["id"] for one in again["nodes"]] == [one["id"] for one in shown["nodes"]]
    assert again["links"] == shown["links"]
