"""``trace`` between two ids, around one, one lead whole, what was covered, a lead as a file."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import networkx as nx  # type: ignore[import-untyped]  # it ships no types
import pytest

from maillon.model import Act, Label
from maillon.resolve import own_id
from maillon.sources import adapter
from maillon.store import Order
from maillon.workspace import Workspace

from .conftest import Maillon


def line(key: str, schema: str, **properties: str) -> str:
    listed = {name: [value] for name, value in properties.items()}
    return json.dumps({"id": key, "schema": schema, "properties": listed})


NAMES = {"t": "Omar Haddad", "m": "Jana Wolf", "c": "Zdenek Kral", "x": "Amos Verner"}
RECORDS = "\n".join((
    *(line(key, "Person", name=name) for key, name in NAMES.items()),
    line("t", "Person", topics="crime.terror"),
    line("c", "Person", topics="crime.traffick.drug"),
    *(line(f"a{n}", "Call", caller="t", receiver="m", date=f"2026-01-0{n}") for n in range(1, 5)),
    *(line(f"b{n}", "Call", caller="m", receiver="c", date=f"2026-02-0{n}") for n in range(1, 5)),
    line("p1", "Payment", payer="t", beneficiary="m", date="2026-01-06"),
    line("p2", "Payment", payer="m", beneficiary="c", date="2026-02-06"),
    *(line(f"d{n}", "Person", name=f"Caller {n} Desk", phone="+88845550001") for n in range(30)),
    line("x", "Person", phone="+88845550001"),
    line("m", "Person", phone="+88845550001"),
))  # fmt: skip
HIDDEN = line("s1", "Person", name="Sealed Person")


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace that the tests only read: made, loaded and resolved once."""
    folder = tmp_path_factory.mktemp("centre") / "w"
    Workspace.create(folder)
    label = Label("centre", "TLP 2.0", "TLP:AMBER", purposes=("linking",), legal_basis="Act, s. 1")
    sealed = replace(label, compartment="vault")
    with Workspace.open(folder) as opened:
        for dataset, one, text in (("police", label, RECORDS), ("vault", sealed, HIDDEN)):
            order = Order(adapter("ftm-json"), dataset, one)
            opened.load(opened.view(Act.LOAD), io.BytesIO(text.encode()), order)
    return folder


def test_an_unknown_handling_code_is_not_exported(
    maillon: Maillon, w: Path, tmp_path: Path
) -> None:
    words = ("--as", "ftm-json", "--dataset", "police", "--handling", "NATIONAL/VS-7", "-w", w)
    assert maillon("load", "-", *words, stdin=RECORDS.encode()).code == 0
    (found,) = maillon("trace", "-w", w).lines
    file = tmp_path / "lead.svg"
    done = maillon("trace", "--lead", found["lead_id"], "--export", file, "-w", w)
    assert (done.code, file.exists()) == (4, False)
    assert "NATIONAL/VS-7" in done.err


@pytest.fixture
def lead(maillon: Maillon, centre: Path) -> str:
    (found,) = maillon("trace", "-w", centre).lines
    return str(found["lead_id"])


def test_two_ids_give_one_line_with_their_paths(maillon: Maillon, centre: Path) -> None:
    done = maillon("trace", "t", "c", "-w", centre, "--json")
    assert (done.code, done.err) == (0, "")
    (found,) = done.lines
    assert (found["outcome"], found["count"], found["complete"]) == ("found", 1, True)
    assert [end["caption"] for end in found["between"]] == ["Omar Haddad", "Zdenek Kral"]
    (path,) = found["paths"]
    assert [hop["channels"] for hop in path["hops"]] == [["call", "payment"]] * 2
    assert all(hop["statements"] for hop in path["hops"])
    again = maillon("trace", own_id("t"), own_id("c"), "-w", centre).lines
    assert again == [found]


def test_time_that_goes_back_is_no_path_when_asked(maillon: Maillon, centre: Path) -> None:
    words = ("trace", "t", "c", "--time-respecting", "--k", "6", "--seconds", "0", "-w", centre)
    assert maillon(*words).lines[0]["count"] == 1
    assert maillon("trace", "t", "x", "-w", centre).lines[0]["outcome"] == "nothing_found"


def test_a_hub_joins_two_only_when_it_is_opened(maillon: Maillon, centre: Path) -> None:
    closed = maillon("trace", "m", "x", "-w", centre).lines[0]
    assert closed["count"] == 0
    assert closed["hubs_shared"] == [{"channel": "phone", "value": "+88845550001", "size": 32}]
    assert closed["coverage"]["datasets"][0]["dataset"] == "police"
    words = ("--open-hub", "phone:+88845550001", "--k", "1", "--household", "-w", centre)
    assert maillon("trace", "m", "x", *words).lines[0]["count"] == 1


def test_around_gives_counts_and_pages(maillon: Maillon, centre: Path) -> None:
    (found,) = maillon("trace", "--around", "m", "-w", centre).lines
    assert found["counts"]["by_type"] == {"call": 2, "payment": 2}
    assert [hub["size"] for hub in found["hubs_not_crossed"]] == [32]
    words = ("--open-hub", "phone:+88845550001", "--top", "5", "--offset", "2", "-w", centre)
    (page,) = maillon("trace", "--around", "m", *words).lines
    assert (page["page"]["total"], len(page["neighbours"])) == (2 + 31, 5)
    (calls,) = maillon("trace", "--around", "m", "--type", "visit", "-w", centre).lines
    assert calls["neighbours"] == []


def test_a_lead_is_explained_by_its_id(maillon: Maillon, centre: Path, lead: str) -> None:
    (listed,) = maillon("trace", "-w", centre).lines
    (whole,) = maillon("trace", "--explain", lead, "-w", centre).lines
    assert listed.pop("standing")["state"] == "proposed"
    assert {name: whole[name] for name in listed} == listed
    assert whole["edge_disjoint"] == {"at_least": 1, "at_most": 1}
    assert [hub["value"] for hub in whole["not_searched"]["hubs_of_its_nodes"]] == ["+88845550001"]


def test_coverage_says_what_could_not_be_searched(maillon: Maillon, centre: Path) -> None:
    (found,) = maillon("trace", "--coverage", "-w", centre).lines
    assert (found["outcome"], found["paths"]) == ("found", 1)
    assert {"what": "kind:visit", "reason": "no-source"} in found["could_not"]


@pytest.fixture
def confirmed(maillon: Maillon, centre: Path, lead: str) -> Iterator[str]:
    """The lead while a person has confirmed it."""
    (shown,) = maillon("leads", "show", lead, "--json", "-w", centre).lines
    weighed = [word for one in shown["for"] for word in ("--weigh", one["code"])]
    said = ("--verdict", "confirmed", "--reason", "r", "--revision", shown["revision"], *weighed)
    done = maillon("leads", "validate", lead, *said, "--json", "-w", centre)
    assert done.code == 0, done.err
    yield lead
    id_ = done.lines[0]["validation"]
    assert maillon("leads", "undo", id_, "--reason", "r", "-w", centre).code == 0


def test_a_lead_that_nobody_confirmed_is_no_file(
    maillon: Maillon, centre: Path, tmp_path: Path, lead: str
) -> None:
    file = tmp_path / "lead.svg"
    done = maillon("trace", "--lead", lead, "--export", file, "-w", centre)
    assert (done.code, file.exists()) == (4, False)
    assert "2016/680, art. 11" in done.err
    assert "no person has confirmed this lead" in done.err


@pytest.mark.parametrize("form", ["graphml", "gexf", "svg"])
def test_a_lead_is_a_file_with_its_handling_code(
    maillon: Maillon, centre: Path, tmp_path: Path, confirmed: str, form: str
) -> None:
    lead = confirmed
    file = tmp_path / f"lead.{form}"
    words = ("trace", "--lead", lead, "--export", file, "--say", "fr", "-w", centre)
    done = maillon(*words)
    assert (done.code, done.out) == (0, "")
    text = file.read_text("utf-8")
    assert "Traitement: TLP 2.0/TLP:AMBER" in text
    assert "appel, paiement" in text
    if form != "svg":
        read: Any = {"graphml": nx.read_graphml, "gexf": nx.read_gexf}[form]
        assert len(read(io.BytesIO(file.read_bytes())).edges) == 2
    again = maillon(*words)
    assert (again.code, "there already" in again.err) == (2, True)


def test_what_people_read_says_the_same(
    maillon: Maillon, centre: Path, lead: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = {}
    monkeypatch.setattr("maillon.cli.trace_command.is_for_people", lambda: True)
    for words in (("t", "c"), ("m", "x"), ("--around", "m"), ("--explain", lead), ("--coverage",)):
        done = maillon("trace", *words, "-w", centre)
        assert done.code == 0, done.err
        shown[words[0]] = done.out
    assert "1 paths of up to 4 hops" in shown["t"]
    assert "nothing found: the search was whole" in shown["m"]
    assert "not crossed: phone:+88845550001, 32 members" in shown["m"]
    assert "by type: call 2, payment 2" in shown["--around"]
    assert "weakest hop: " in shown["--explain"]
    assert "log odds by figure: surprise " in shown["--explain"]
    assert "kind:visit: no source of this kind in this view" in shown["--coverage"]


def test_hidden_and_absent_ids_get_the_same_answer(maillon: Maillon, centre: Path) -> None:
    for verb in (("t",), ("--around",)):
        answers = {
            (done.code, done.out, "".join(done.err.split()).replace(wanted, ""))
            for wanted in ("s1", "s9")
            for done in [maillon("trace", *verb, wanted, "-w", centre)]
        }
        assert len(answers) == 1
        assert answers.pop()[0] == 2


@pytest.mark.parametrize(("words", "message"), [
    (("t",), "name two ids"),
    (("t", "m", "c"), "name two ids"),
    (("t", "c", "--coverage"), "one at a time"),
    (("--k", "5"), "--k above 4 goes with A B"),
    (("--around", "t", "--household"), "goes with A B"),
    (("t", "c", "--type", "call"), "goes with --around"),
    (("--around", "t", "--type", "gossip"), "no link type gossip"),
    (("--explain", "0123456789abcdef"), "no lead 0123456789abcdef"),
    (("--lead", "0123456789abcdef"), "goes with --export FILE"),
    (("--lead", "0123456789abcdef", "--export", "lead.pdf"), "end it in .graphml, .gexf, .svg"),
    (("--export", "lead.svg"), "goes with --lead"),
    (("t", "nobody"), "no person or organisation nobody"),
    (("t", "c", "--open-hub", "phone:+1"), "no person or organisation phone:+1"),
    (("--around", "t", "--open-hub", "phone:+1"), "no person or organisation phone:+1"),
    (("--explain", "0123456789abcdef", "--say", "de"), "en or fr"),
    (("--as-of", "yesterday"), "a day as 2026-11-25"),
])  # fmt: skip
def test_words_that_say_nothing_together_are_usage_errors(
    maillon: Maillon, centre: Path, words: tuple[str, ...], message: str
) -> None:
    done = maillon("trace", *words, "-w", centre)
    assert done.code == 2, done.err
    assert message in " ".join(done.err.replace("│", " ").split())
