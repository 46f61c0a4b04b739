"""A delivery that is not what it should be: said with file, place and reason; the old one stays."""

from pathlib import Path

import pytest

from .conftest import GOLDEN, Maillon, entry, held, un_list, write

UN = ("--as", "un-sc-xml", "--dataset", "un_sc")
MAINTENANCE = (
    b"<!DOCTYPE html><html><head><title>Maintenance</title></head><body>Back soon</body></html>"
)
GOAML_HOSTILE = GOLDEN / "goaml" / "hostile"


def load(maillon: Maillon, w: Path, content: bytes, *words: str, code: int = 0) -> str:
    done = maillon("load", write(w.parent / "list.xml", content), *UN, "-w", w, *words)
    assert done.code == code, done.err
    return done.err


BAD_LISTS = {
    "web page": (MAINTENANCE, "web page"),
    "truncated": (un_list(range(1, 21))[:-300], "unreadable from here on"),
    "truncated in its last tag": (un_list(range(1, 21))[:-4], "unreadable from here on"),
    "no entry": (un_list([]), "holds no entry"),
    "empty": (b"", "the file is empty"),
    "blanks": (b" \n\n ", "the file is empty"),
    "binary": (bytes(range(256)) * 40, "no XML element"),
    "DOCTYPE": (b'<?xml version="1.0"?><!DOCTYPE CONSOLIDATED_LIST [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
                + un_list([1]).partition(b"?>")[2], "DOCTYPE"),
    "another format": ((GOLDEN / "goaml" / "sar_activity.xml").read_bytes(), "root is <report>"),
    "wrong encoding": (un_list([1]).replace(b"Pavel1", b"Pav\xe9l1"), "unreadable from here on"),
    "shrunk": (un_list(range(1, 19)), "would shrink by 10.0%, from 20 to 18 entities"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD_LISTS)
def test_a_bad_list_is_refused_and_the_old_one_stays(maillon: Maillon, w: Path, kind: str) -> None:
    load(maillon, w, un_list(range(1, 21)))
    content, reason = BAD_LISTS[kind]
    said = load(maillon, w, content, code=4)
    assert "list.xml: not loaded; un_sc stays as it was" in said
    assert reason in said
    assert "un_sc" in said
    assert len(held(w)) == 20


@pytest.mark.parametrize("kind", sorted(set(BAD_LISTS) - {"shrunk"}))
def test_a_bad_first_list_is_not_loaded_in_part(maillon: Maillon, w: Path, kind: str) -> None:
    load(maillon, w, BAD_LISTS[kind][0], code=4)
    assert held(w) == []


def test_a_second_person_accepts_a_shrunk_list(maillon: Maillon, w: Path) -> None:
    load(maillon, w, un_list(range(1, 21)))
    short = un_list(range(1, 11))
    assert "--accept-shrink" in load(maillon, w, short, code=4)
    assert "four eyes" in load(maillon, w, short, "--accept-shrink", "I know", code=4)
    load(maillon, w, short, "--accept-shrink", "confirmed by telephone", "--who", "supervisor")
    assert len(held(w)) == 10


def test_one_person_cannot_accept_a_shrunk_list_unseen(maillon: Maillon, w: Path) -> None:
    load(maillon, w, un_list(range(1, 21)))
    words = ("--accept-shrink", "in a hurry", "--who", "supervisor")
    assert "four eyes" in load(maillon, w, un_list([1]), *words, code=4)
    assert len(held(w)) == 20


def test_a_reference_number_met_twice_loses_no_entry(maillon: Maillon, w: Path) -> None:
    content = un_list([7]).replace(
        b"</INDIVIDUALS>", entry(7, "Other").encode() + b"</INDIVIDUALS>"
    )
    said = load(maillon, w, content, code=3)
    assert "list.xml: un_sc xpath:/CONSOLIDATED_LIST/INDIVIDUALS[1]/INDIVIDUAL[2]" in said
    assert "QDi.007 stands at" in said
    first, second = held(w)
    assert first == "un-sc-QDi.007"
    assert second.endswith("@xpath:/CONSOLIDATED_LIST/INDIVIDUALS[1]/INDIVIDUAL[2]")


def test_an_entry_deleted_and_listed_again_comes_back(maillon: Maillon, w: Path) -> None:
    counts = []
    for numbers, note in ((range(1, 41), "a"), (range(1, 40), "b"), (range(1, 41), "c")):
        load(maillon, w, un_list(numbers, note))
        counts.append("un-sc-QDi.040" in held(w))
    assert counts == [True, False, True]


def test_a_list_that_was_replaced_is_not_passed_off_as_loaded(maillon: Maillon, w: Path) -> None:
    first = un_list(range(1, 41))
    load(maillon, w, first)
    load(maillon, w, un_list(range(1, 40)))
    assert "delivery: superseded" in load(maillon, w, first, code=4)
    assert len(held(w)) == 39


def test_a_snapshot_is_not_shrunk_under_the_name_of_messages(maillon: Maillon, w: Path) -> None:
    load(maillon, w, un_list(range(1, 21)))
    said = load(maillon, w, un_list([1]), "--mode", "messages", code=4)
    assert "un_sc is un-sc-xml, snapshot; this would be un-sc-xml, messages" in said
    assert len(held(w)) == 20


def test_a_dataset_keeps_its_mode(maillon: Maillon, w: Path) -> None:
    load(maillon, w, un_list([1, 2, 3]), "--mode", "messages")
    load(maillon, w, un_list([4]))
    assert len(held(w)) == 4


def test_a_dataset_keeps_its_adapter(maillon: Maillon, w: Path) -> None:
    load(maillon, w, un_list([1]))
    words = ("--as", "ftm-json", "--dataset", "un_sc", "-w", w)
    text = b'{"id": "a", "schema": "Person", "properties": {"name": ["A B"]}}\n'
    done = maillon("load", "-", *words, stdin=text)
    assert (done.code, "another adapter or mode" in done.err) == (4, True)
    assert held(w) == ["un-sc-QDi.001"]


def test_the_same_file_twice_is_one_delivery(maillon: Maillon, w: Path) -> None:
    path = write(w.parent / "list.xml", un_list([1, 2]))
    first, second = (maillon("load", path, *UN, "-w", w, "--json").lines[0] for _ in range(2))
    assert (first["already"], second["already"]) == (False, True)
    assert {**first, "already": True} == second


@pytest.mark.parametrize(
    ("adapter", "content", "reason"),
    [
        ("ftm-json", un_list([1]), "no JSON"),
        ("ofac-sdn-csv", un_list([1]), "columns"),
        ("ofac-sdn-csv", MAINTENANCE, "columns"),
        ("paxlst", un_list([1]), "list.xml"),
        ("goaml", un_list([1]), "root is <CONSOLIDATED_LIST>"),
        ("un-sc-xml", (GOLDEN / "paxlst" / "flight.edi").read_bytes(), "no XML element"),
        ("ftm-json", bytes(range(128, 256)), "not UTF-8"),
        ("ftm-json", b"\n \n", "the file is empty"),
        ("paxlst", b"\x00\x01\x02" * 99, "list.xml"),
        ("ofac-sdn-csv", b"\x00\x01\x02\n" * 99, "columns"),
    ],
)  # fmt: skip
def test_the_wrong_adapter_is_refused(
    maillon: Maillon, w: Path, adapter: str, content: bytes, reason: str
) -> None:
    path = write(w.parent / "list.xml", content)
    done = maillon("load", path, "--as", adapter, "--dataset", "d", "-w", w)
    assert done.code == 4, done.err
    assert reason in done.err
    assert held(w, "d") == []


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("01_xxe.xml", "DOCTYPE"),
        ("02_entity_expansion.xml", "DOCTYPE"),
        ("03_wrong_declared_encoding.xml", "unreadable from here on"),
    ],
)
def test_a_hostile_goaml_report_is_refused(
    maillon: Maillon, w: Path, name: str, reason: str
) -> None:
    path = GOAML_HOSTILE / name
    done = maillon("load", path, "--as", "goaml", "--dataset", "fiu", "-w", w)
    assert done.code == 4
    assert f"{path}: not loaded" in done.err
    assert reason in done.err
    assert "root:" not in done.err + done.out
    assert held(w, "fiu") == []


def test_standard_input_is_a_delivery(maillon: Maillon, w: Path) -> None:
    done = maillon("load", "-", *UN, "-w", w, "--json", stdin=un_list([1, 2]))
    assert (done.code, done.lines[0]["entities"]) == (0, 2)


def test_the_line_of_a_delivery_has_the_documented_keys(maillon: Maillon, w: Path) -> None:
    done = maillon("load", "-", *UN, "-w", w, "--json", stdin=un_list([1]))
    assert list(done.lines[0]) == [
        "delivery", "already", "statements", "entities", "unreadable", "purged", "counts"
    ]  # fmt: skip
    assert done.lines[0]["counts"]["schema"] == {"Person": 1}


def test_a_delivery_is_told_in_words(maillon: Maillon, w: Path) -> None:
    done = maillon("load", "-", *UN, "-w", w, stdin=un_list([1, 2]))
    assert "2 entities (2 Person), 0 problems, 0 purged" in done.out


def test_the_twenty_first_problem_is_counted(maillon: Maillon, w: Path) -> None:
    content = b'{"id": "a", "schema": "Person", "properties": {"name": ["A B"]}}\n' + b"x\n" * 25
    path = write(w.parent / "f.jsonl", content)
    done = maillon("load", path, "--as", "ftm-json", "--dataset", "d", "-w", w)
    assert done.code == 3
    assert "... 5 more problems, kept in the workspace" in done.err
    assert held(w, "d") == ["a"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--mode", "sometimes"), "snapshot or messages"),
        (("--mapping", "m.yml"), "un-sc-xml takes no option"),
        (("--dataset", "UN list"), "a-z, 0-9 and _ only"),
        (("--dataset", "../x"), "a-z, 0-9 and _ only"),
    ],
)
def test_a_wrong_option_is_a_usage_error(
    maillon: Maillon, w: Path, words: tuple[str, ...], message: str
) -> None:
    assert message in load(maillon, w, un_list([1]), *words, code=2)


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        (("--who", "nobody"), "policy: accounts"),
        (("--agency", "rt_police"), "policy: accounts"),
        (("--purpose", "curiosity"), "para. 112 (purpose)"),
        (("--purpose", "training"), "para. 112 (purpose)"),
        (("--purpose", "review"), "para. 112 (necessity)"),
    ],
)
def test_a_mandate_that_does_not_cover_loading_is_refused(
    maillon: Maillon, w: Path, words: tuple[str, ...], rule: str
) -> None:
    assert rule in load(maillon, w, un_list([1]), *words, code=4)
    assert held(w) == []


def test_a_file_that_is_not_there_is_a_usage_error(maillon: Maillon, w: Path) -> None:
    done = maillon("load", "nowhere.xml", *UN, "-w", w)
    assert (done.code, "nowhere.xml: No such file" in done.err) == (2, True)


def test_a_folder_is_no_delivery(maillon: Maillon, w: Path) -> None:
    done = maillon("load", w, *UN, "-w", w)
    assert (done.code, "Is a directory" in done.err) == (2, True)


def account(w: Path, who: str, agency: str, compartments: str = "[]") -> None:
    settings = w / "maillon.toml"
    text = f'\n[people.{who}]\nagencies = ["{agency}"]\npurposes = ["linking", "screening"]\n'
    settings.write_text(settings.read_text("utf-8") + text + f"compartments = {compartments}\n")


@pytest.mark.parametrize("code", ["SECRET", "NATO/RESTRICTED", "TLP 2.0/TLP:BLUE", "TLP 2.0/",
                                  "tlp 2.0/TLP:AMBER", "TLP 2.0/TLP:RED"])  # fmt: skip
def test_an_unknown_handling_code_stays_with_its_originator(
    maillon: Maillon, w: Path, code: str
) -> None:
    account(w, "constable", "rt_police")
    load(maillon, w, un_list([1]), "--originator", "rt_police", "--handling", code)
    query = b'{"id": "q", "schema": "Person", "properties": {"name": ["Pavel1 Invented"]}}\n'
    hidden = maillon("screen", "-", "-w", w, "--json", stdin=query)
    assert (hidden.code, hidden.out) == (5, "")
    shown = maillon("screen", "-", "-w", w, "--json", "--who", "constable", "--agency", "rt_police",
                    stdin=query)  # fmt: skip
    assert [hit["id"] for hit in shown.lines[0]["hits"]] == ["un-sc-QDi.001"]


def test_a_known_handling_code_lets_the_record_travel(maillon: Maillon, w: Path) -> None:
    load(maillon, w, un_list([1]), "--originator", "rt_police", "--handling", "TLP 2.0/TLP:AMBER")
    assert held(w) == ["un-sc-QDi.001"]


def test_a_compartment_opens_to_who_is_cleared(maillon: Maillon, w: Path) -> None:
    account(w, "cleared", "centre", '["vault"]')
    load(maillon, w, un_list([1]), "--compartment", "vault")
    assert held(w) == []
    done = maillon("resolve", "--json", "-w", w, "--who", "cleared")
    assert done.lines[0]["entities"] == 1
