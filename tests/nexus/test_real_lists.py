"""The Security Council's list and OFAC's together, in one workspace: what is one, what is linked, what is not.

Data: tests/data/real_lists (SOURCES.md there says from where).
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from maillon.model import Act, Mode
from maillon.nexus import Trace, TraceSettings, trace
from maillon.sources import adapter
from maillon.store import Order
from maillon.workspace import Workspace

DATA = Path(__file__).parents[1] / "data" / "real_lists"
FILES = (
    ("un.xml", "un-sc-xml", "un_sc"),
    ("sdn.csv", "ofac-sdn-csv", "us_ofac_sdn"),
    ("alt.csv", "ofac-sdn-csv", "us_ofac_sdn"),
    ("add.csv", "ofac-sdn-csv", "us_ofac_sdn"),
)
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Lists:
    """Both lists, resolved and traced; ``every`` has all paths, however little they tell."""

    workspace: Workspace
    canonical: dict[str, str]
    links: dict[Pair, set[str]]
    found: Trace
    every: Trace


def pairs(kind: str) -> list[Pair]:
    with (DATA / "pairs.csv").open(encoding="utf-8", newline="") as raw:
        return [(row["one"], row["other"]) for row in csv.DictReader(raw) if row["is"] == kind]


def linked(w: Workspace) -> dict[Pair, set[str]]:
    """Datasets behind the links of each pair of canonical ids, lower id first."""
    from maillon.nexus.channels import CODE_BY_BIT  # noqa: PLC0415 - beside its only use
    from maillon.nexus.links import derive, drop  # noqa: PLC0415 - the same

    with w.resolved(w.view(Act.TRACE)) as bench:
        derive(bench.con, TraceSettings())
        rows = bench.con.execute(
            "SELECT a.canonical, b.canonical, t.bit FROM nexus_tie t JOIN nexus_node a ON a.node = t.i"
            " JOIN nexus_node b ON b.node = t.j"
        ).fetchall()
        drop(bench.con)
    found: dict[Pair, set[str]] = {}
    for one, other, bit in rows:
        found.setdefault((one, other), set()).add(CODE_BY_BIT[bit])
    return found


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lists]:
    folder = tmp_path_factory.mktemp("lists") / "workspace"
    folder.mkdir()
    Workspace.create(folder)
    with Workspace.open(folder) as w:
        for file, name, dataset in FILES:
            order = Order(adapter(name), dataset, w.settings.label, mode=Mode.MESSAGES)
            with (DATA / file).open("rb") as raw:
                w.load(w.view(Act.LOAD), raw, order)
        rows = w.resolve(w.view(Act.RESOLVE)).canonical.to_pylist()
        canonical = {row["entity"]: row["canonical"] for row in rows}
        found = w.trace(w.view(Act.TRACE), TraceSettings(draws=0))
        every = w.trace(w.view(Act.TRACE), TraceSettings(draws=0, baseline=True))
        yield Lists(w, canonical, linked(w), found, every)


def joined(lists: Lists, pair: Pair) -> set[str]:
    one, other = sorted(lists.canonical.get(side, side) for side in pair)
    return lists.links.get((one, other), set())


@pytest.mark.parametrize("pair", pairs("same"))
def test_one_party_on_both_lists_is_one_and_dual(lists: Lists, pair: Pair) -> None:
    one, other = (lists.canonical[side] for side in pair)
    assert one == other
    assert one in {anchor.canonical for anchor in lists.found.dual}


@pytest.mark.parametrize("pair", pairs("namesake"))
def test_namesakes_are_neither_one_nor_linked(lists: Lists, pair: Pair) -> None:
    assert lists.canonical[pair[0]] != lists.canonical[pair[1]]
    assert joined(lists, pair) == set()


@pytest.mark.parametrize("pair", pairs("place"))
def test_a_common_city_or_country_is_no_link(lists: Lists, pair: Pair) -> None:
    assert joined(lists, pair) == set()


@pytest.mark.parametrize("pair", pairs("linked"))
def test_what_a_list_calls_linked_is_linked(lists: Lists, pair: Pair) -> None:
    assert joined(lists, pair) == {"listed"}


def test_dual_entities_are_shown_and_never_an_end_of_a_lead(lists: Lists) -> None:
    dual = {anchor.canonical for anchor in lists.found.dual}
    assert dual
    ends = {side for lead in lists.every.leads for side in (lead.terror, lead.crime)}
    assert not dual & ends


def test_both_cross_listed_parties_are_dual_by_one_record_too(lists: Lists) -> None:
    assert not any(anchor.is_by_identity for anchor in lists.found.dual)


def test_every_anchor_names_its_programme_and_opens_at_its_place(lists: Lists) -> None:
    for anchor in lists.found.dual:
        assert anchor.sources
        for source in anchor.sources:
            assert source.topic.startswith("crime")
            assert source.programme
            assert source.programme.split()[0] in opened(lists, source.delivery, source.locator)


def test_every_statement_of_a_lead_opens_at_its_place_in_the_list(lists: Lists) -> None:
    leads = [*lists.found.leads, *lists.every.leads]
    lines = [line for lead in leads for hop in lead.paths[0].hops for line in hop.statements]
    assert lines
    for line in lines:
        text = opened(lists, line["delivery"], line["locator"])
        assert (line["original_value"] or line["value"]) in " ".join(text.split())


def test_a_path_of_listed_links_is_evidenced_by_the_remark_alone(lists: Lists) -> None:
    hops = lists.every.leads[0].paths[0].hops
    assert [hop.channels for hop in hops] == [("listed",), ("listed",)]
    for hop in hops:
        assert [line["prop"] for line in hop.statements] == ["notes"]


def test_a_remark_taken_away_takes_its_lead_away(lists: Lists) -> None:
    remark = lists.every.leads[0].paths[0].hops[0].statements[0]["id"]
    w = lists.workspace
    with w.resolved(w.view(Act.TRACE)) as bench:
        bench.con.execute(
            "CREATE TEMP TABLE kept AS SELECT * FROM statement WHERE id <> ?", [remark]
        )
        bench.con.execute("CREATE OR REPLACE TEMP VIEW statement AS SELECT * FROM kept")
        again = trace(bench, TraceSettings(draws=0, baseline=True))
    assert len(again.leads) == len(lists.every.leads) - 1


def opened(lists: Lists, delivery: str, locator: str) -> str:
    view = lists.workspace.view(Act.READ)
    with lists.workspace.store.original(view, delivery) as (raw, name, options):
        chosen = adapter(name)
        said = {key: value for key, value in options.items() if key in chosen.options}
        return str(chosen.locate(raw, locator, **said))
