"""The verbs beside ``load``: their lines, their exit codes, and what they refuse."""

import shutil
from pathlib import Path

import pytest

from maillon.model import Adapter
from maillon.sources import ADAPTERS, names

from .conftest import GOLDEN, Maillon, held, un_list, write

ROOT = Path(__file__).parents[2]
STATEMENT = ["id", "entity_id", "canonical_id", "schema", "prop", "value", "dataset", "lang",
             "original_value", "first_seen", "last_seen", "locator", "kind"]  # fmt: skip
QUERY = b'{"id": "q1", "schema": "Person", "properties": {"name": ["Pavel1 Invented"]}}\n'
STRANGER = b'{"id": "q2", "schema": "Person", "properties": {"name": ["Xaver Ungenannt"]}}\n'


# -- init, formats, doctor, demo


def test_init_refuses_a_folder_that_holds_a_workspace(maillon: Maillon, w: Path) -> None:
    before = (w / "maillon.toml").read_text("utf-8")
    (w / "maillon.toml").write_text(before + "# mine\n", "utf-8")
    done = maillon("init", w)
    assert (done.code, "already holds a workspace" in done.err) == (4, True)
    assert (w / "maillon.toml").read_text("utf-8").endswith("# mine\n")


@pytest.mark.parametrize("taken", ["file", "folder"])
def test_init_leaves_other_files_alone(maillon: Maillon, w: Path, taken: str) -> None:
    other = w.parent / "other"
    if taken == "folder":
        other.mkdir()
    write(other / "letter.txt" if taken == "folder" else other, "Dear Sir")
    assert maillon("init", other).code == 2
    assert not (w.parent / "other" / "maillon.toml").exists()


def test_init_takes_an_empty_folder(maillon: Maillon, w: Path) -> None:
    (w.parent / "other").mkdir()
    assert maillon("init", w.parent / "other").code == 0
    assert maillon("doctor", "-w", w.parent / "other").code == 0


def test_formats_lists_every_adapter(maillon: Maillon) -> None:
    done = maillon("formats", "--json")
    assert [line["name"] for line in done.lines] == list(names())
    assert {tuple(line) for line in done.lines} == {("name", "spec", "mode", "options")}


@pytest.mark.parametrize("adapter", ADAPTERS, ids=lambda adapter: adapter.name)
def test_every_adapter_option_is_an_option_of_read_and_load(
    maillon: Maillon, adapter: Adapter
) -> None:
    flags = [f"--{option.replace('_', '-')}" for option in adapter.options]
    (line,) = [
        line for line in maillon("formats").out.splitlines() if line.split()[0] == adapter.name
    ]
    assert all(flag in line for flag in flags)
    for verb in ("read", "load"):
        text = maillon(verb, "--help").out
        assert all(flag in text for flag in flags)


def test_doctor_counts_the_ledger(maillon: Maillon, listed: Path) -> None:
    done = maillon("doctor", "-w", listed)
    assert done.code == 0
    assert "every hash recomputed" in done.out
    assert "every file of every delivery is there" in done.out


@pytest.mark.parametrize("lost", ["lake/2*/*.parquet", "originals/*"])
def test_doctor_finds_a_lost_file(maillon: Maillon, listed: Path, lost: str) -> None:
    (file,) = listed.glob(lost)
    file.unlink()
    done = maillon("doctor", "-w", listed)
    assert (done.code, "is gone" in done.out) == (5, True)
    assert "restore them from the backup" in done.err


def test_doctor_says_where_there_is_no_workspace(
    maillon: Maillon, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert maillon("doctor").code == 0
    assert "no workspace here" in maillon("doctor").out
    assert maillon("doctor", "-w", tmp_path / "typo").code == 5


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--persons", "999"), 2),
        (("--persons", "2000001"), 4),
        (("--persons", "many"), 2),
        (("--seed", "-1"), 2),
        (("--out", "taken"), 5),
    ],
)
def test_a_wrong_option_of_demo_makes_nothing(
    maillon: Maillon, w: Path, words: tuple[str, ...], code: int
) -> None:
    write(w.parent / "taken", "a file")
    done = maillon("demo", *words)
    assert done.code == code, done.err
    assert sorted(file.name for file in w.parent.iterdir()) == ["taken", "w"]


# -- read


def test_read_prints_statements_with_the_documented_keys(maillon: Maillon, w: Path) -> None:
    done = maillon("read", "-", "--as", "un-sc-xml", "--dataset", "un_sc", stdin=un_list([1]))
    assert (done.code, done.err) == (0, "")
    assert {tuple(line) for line in done.lines} == {tuple(STATEMENT)}
    name = next(line for line in done.lines if line["prop"] == "name")
    assert (name["entity_id"], name["value"]) == ("un-sc-QDi.001", "Pavel1 Invented")


def test_a_graded_statement_carries_its_grade(maillon: Maillon) -> None:
    done = maillon("read", GOLDEN / "un-sc-xml" / "ruritania.xml", "--as", "un-sc-xml",
                   "--dataset", "rt_terror_list")  # fmt: skip
    graded = [line for line in done.lines if "grade" in line]
    assert {tuple(line["grade"]) for line in graded} == {
        ("source", "information", "code", "scheme")
    }
    assert {line["grade"]["code"] for line in graded} >= {"Low", "BETWEEN"}


def test_read_gives_what_load_keeps(maillon: Maillon, w: Path) -> None:
    words = (GOLDEN / "ftm-json" / "register.jsonl", "--as", "ftm-json", "--dataset", "reg")
    read, loaded = maillon("read", *words), maillon("load", *words, "-w", w, "--json")
    assert read.code == loaded.code
    assert len(read.lines) == loaded.lines[0]["statements"]
    assert sorted({line["entity_id"] for line in read.lines}) == held(w, "reg")


def test_a_purged_record_is_counted_and_its_text_kept_from_everybody(
    maillon: Maillon, w: Path
) -> None:
    mapping, table = GOLDEN / "csv" / "visits.yml", GOLDEN / "csv" / "visits.csv"
    words = (table, "--as", "csv", "--dataset", "rt_prison", "--mapping", mapping)
    read, loaded = maillon("read", *words), maillon("load", *words, "-w", w, "--json")
    purged = [line for line in read.err.splitlines() if ": purged (" in line]
    assert len(purged) == loaded.lines[0]["purged"] > 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("x.xml", "--as", "un-xml", "--dataset", "d"),
         "'un-xml' is none of csv, ftm-json, goaml, ofac-sdn-csv, paxlst, un-sc-xml"),
        (("x.xml", "--as", "un-sc-xml"), "--dataset"),
        (("x.xml", "--as", "un-sc-xml", "--dataset", "d", "--nonsense"), "No such option: --nonsense"),
        (("x.xml", "--as", "goaml", "--dataset", "d", "--delimiter", ";"), "goaml takes no option"),
        (("x.xml", "--as", "csv", "--dataset", "d"), "option mapping is missing"),
        (("x.xml", "--as", "goaml", "--dataset", "Ä"), "a-z, 0-9 and _ only"),
        (("x.xml", "--as", "goaml", "--dataset", "d"), "No such file"),
        ((), "Missing argument"),
    ],
)  # fmt: skip
def test_wrong_words_are_a_usage_error(
    maillon: Maillon, w: Path, words: tuple[str, ...], message: str
) -> None:
    done = maillon("read", *words)
    assert (done.code, done.out) == (2, "")
    assert message in done.err


# -- screen


def test_screen_answers_every_record(maillon: Maillon, listed: Path) -> None:
    done = maillon("screen", "-", "-w", listed, "--json", stdin=QUERY + STRANGER)
    assert done.code == 0
    assert [(line["id"], line["status"], bool(line["hits"])) for line in done.lines] == [
        ("q1", "ok", True), ("q2", "ok", False)
    ]  # fmt: skip
    hit = done.lines[0]["hits"][0]
    assert list(hit) == ["id", "dataset", "caption", "score", "band", "points", "group",
                         "explanation", "absent", "would_change", "probability", "alert", "rules"]  # fmt: skip
    assert (hit["id"], hit["dataset"]) == ("un-sc-QDi.001", "un_sc")


def test_a_hit_can_be_told_by_the_exit_code(maillon: Maillon, listed: Path) -> None:
    codes = [
        maillon("screen", "-", "-w", listed, "--fail-on-hit", stdin=text).code
        for text in (QUERY, STRANGER)
    ]
    assert codes == [10, 0]


@pytest.mark.parametrize(
    "text",
    [
        b"{}\n",
        b'{"id": "x", "properties": [1]}\n',
        b'{"id": "x", "properties": {"name": [{"a": 1}]}}\n',
        b'{"id": "x", "properties": {"name": [null]}}\n',
        b'{"id": "x", "properties": {"name": ["\\ud800"]}}\n',
        b'{"id": "x", "properties": {"birthDate": ["1970"]}}\n',
        b'{"id": "x", "properties": {"name": ["M\xfcller"]}}\n',
        b"{" * 5000 + b"\n",
        b'{"id": ' + b"[" * 5000 + b"\n",
        b"<!DOCTYPE html>\n<html></html>\n",
        bytes(range(256)) * 20,
        b"name\nM\xfcller\n",
        b"name\nA\x00B\n",
        b"name\n" + b"x" * 200_000 + b"\n",
        b'{"id": "x", "properties": {"name": ["' + b"x" * (1 << 20) + b'"]}}\n',
    ],
    ids=lambda text: repr(text[:30]),
)  # fmt: skip
def test_a_record_that_cannot_be_read_hides_no_other(
    maillon: Maillon, listed: Path, text: bytes
) -> None:
    good = QUERY if text[:1] == b"{" else b""
    done = maillon("screen", "-", "-w", listed, "--json", stdin=text + good)
    assert done.code == 3, done.err
    assert {line["status"] for line in done.lines} >= {"could_not_look"}
    assert [line["id"] for line in done.lines if line["hits"]] == (["q1"] if good else [])


def test_bad_rows_of_a_table_hide_no_good_ones(maillon: Maillon, listed: Path) -> None:
    table = b"id,name\na,Pavel1 Invented\nb," + b"x" * 200_000 + b"\nc,Pavel2 Invented\n"
    done = maillon("screen", "-", "-w", listed, "--json", stdin=table)
    assert done.code == 3
    assert [line["id"] for line in done.lines if line["hits"]] == ["a", "c"]
    assert [line["status"] for line in done.lines].count("could_not_look") == 1


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("-", "--list", "eu"), 2, "no dataset eu; there are: un_sc"),
        (("--dataset", "clients"), 2, "no dataset clients; there are: un_sc"),
        ((), 2, "name PATH or --dataset"),
        (("-", "--dataset", "un_sc"), 2, "name PATH or --dataset"),
        (("-", "--threshold", "0.2"), 2, "--threshold"),
        (("-", "--top", "0"), 2, "--top"),
        (("nowhere.jsonl",), 2, "No such file"),
        (("book.xlsx",), 2, "save it as CSV"),
        (("-",), 3, "no record to screen"),
        (("header.csv",), 3, "no record to screen"),
        (("-", "--purpose", "review"), 4, "necessity"),
        (("-", "--legal-basis", " ", "--who", "nobody"), 4, "S/2020/754, para. 116 (legality)"),
        (("-", "--who", "nobody"), 4, "policy: accounts"),
        (("-", "--legal-basis", "Poor Law, s. 1"), 4, "is no legal basis of this house"),
    ],
)
def test_screen_says_what_is_wrong(
    maillon: Maillon, listed: Path, words: tuple[str, ...], code: int, message: str
) -> None:
    write(listed.parent / "book.xlsx", b"PK\x03\x04")
    write(listed.parent / "header.csv", b"not a record\n")
    done = maillon("screen", *words, "-w", listed)
    assert (done.code, done.out) == (code, ""), done.err
    assert message in done.err


def test_without_a_list_nobody_was_screened(maillon: Maillon, w: Path) -> None:
    done = maillon("screen", "-", "-w", w, stdin=QUERY)
    assert (done.code, done.out) == (5, "")
    assert "nothing to screen against" in done.err


def test_a_dataset_of_the_workspace_is_screened(maillon: Maillon, listed: Path) -> None:
    words = ("--as", "ftm-json", "--dataset", "clients", "-w", listed)
    assert maillon("load", "-", *words, stdin=QUERY + STRANGER).code == 0
    done = maillon("screen", "--dataset", "clients", "-w", listed, "--json")
    assert {line["id"]: bool(line["hits"]) for line in done.lines} == {"q1": True, "q2": False}


# -- resolve, judge, trace


def test_resolve_prints_clusters_that_judgements_make_and_unmake(
    maillon: Maillon, listed: Path
) -> None:
    pair = ("un-sc-QDi.001", "un-sc-QDi.002")
    words = ("judge", *pair, "--reason", "seen together", "-w", listed)
    done = maillon(*words, "--verdict", "positive", "--json")
    (line,) = done.lines
    assert list(line) == ["judgement", "verdict"]
    clusters = maillon("resolve", "--clusters", "-w", listed).lines
    assert [list(cluster) for cluster in clusters] == [["canonical_id", "members"]]
    assert clusters[0]["members"] == list(pair)
    revoke = ("judge", "--revoke", line["judgement"], "--reason", "mistaken", "-w", listed)
    assert maillon(*revoke).code == 0
    assert maillon("resolve", "--clusters", "-w", listed).lines == []
    again = maillon(*revoke)
    assert (again.code, "no standing judgement" in again.err) == (2, True)
    log = maillon("judge", "--list", "-w", listed).lines
    assert [event["verdict"] for event in log] == ["positive", "revoked"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("a", "b"), "say why"),
        (("a", "b", "--reason", " "), "say why"),
        (("a", "b", "--reason", "r", "--verdict", "maybe"), "positive, negative or unsure"),
        (("a", "b", "--reason", "r", "--verdict", "revoked"), "positive, negative or unsure"),
        (("a", "--reason", "r"), "name two records"),
        (("un-sc-QDi.001", "un-sc-QDi.001", "--reason", "r"), "name two records"),
        (("un-sc-QDi.001", "un-sc-QDi.999", "--reason", "r"), "no entity un-sc-QDi.999"),
        (("--revoke", "0123456789abcdef", "--reason", "r"), "no standing judgement"),
    ],
)
def test_a_judgement_needs_two_records_a_verdict_and_a_reason(
    maillon: Maillon, listed: Path, words: tuple[str, ...], message: str
) -> None:
    done = maillon("judge", *words, "-w", listed)
    assert (done.code, message in done.err) == (2, True), done.err


def test_resolve_counts(maillon: Maillon, listed: Path) -> None:
    (line,) = maillon("resolve", "--json", "-w", listed).lines
    assert list(line) == ["entities", "clusters", "pairs", "conflicts", "blocking"]
    assert line["entities"] == 3
    assert "3 persons, organisations and things" in maillon("resolve", "-w", listed).out


@pytest.mark.parametrize("command", ["resolve", "trace"])
def test_an_empty_workspace_gives_nothing(maillon: Maillon, w: Path, command: str) -> None:
    done = maillon(command, "-w", w, *(["--clusters"] if command == "resolve" else []))
    assert (done.code, done.out) == (0, "")


def test_a_list_alone_gives_no_lead(maillon: Maillon, listed: Path) -> None:
    done = maillon("trace", "-w", listed, "--anchors-of", "un_sc")
    assert (done.code, done.out) == (0, "")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--anchors-of", "nobody"), 2),
        (("--k", "5"), 2),
        (("--top", "0"), 2),
        (("--purpose", "screening"), 4),
    ],
)
def test_trace_says_what_is_wrong(
    maillon: Maillon, listed: Path, words: tuple[str, ...], code: int
) -> None:
    assert maillon("trace", *words, "-w", listed).code == code


# -- the workspace


@pytest.mark.parametrize("words", [
    ("doctor",), ("resolve",), ("trace",), ("judge", "a", "b"), ("screen", "-"),
    ("load", "-", "--as", "un-sc-xml", "--dataset", "d"),
], ids=lambda words: words[0])  # fmt: skip
@pytest.mark.parametrize("damage", ["absent", "settings", "desk", "revision"])
def test_a_workspace_that_cannot_be_used_is_exit_5(
    maillon: Maillon, w: Path, words: tuple[str, ...], damage: str
) -> None:
    if damage == "absent":
        shutil.rmtree(w)
    elif damage == "settings":
        write(w / "maillon.toml", "[mandate\n")
    elif damage == "desk":
        write(w / "desk.sqlite", b"no database" * 200)
    else:
        (w / "desk.sqlite").unlink()
    done = maillon(*words, "-w", w, stdin=QUERY)
    assert done.code == 5, done.err
    assert done.err.startswith("maillon: ")


@pytest.mark.parametrize(
    "text",
    ["", "people = 3\n", "[workspace]\n[mandate]\n[label]\n", "workspace = 1\nmandate = 2\nlabel = 3\n",
     "\x00", "[workspace]\nthreads = 'two'\n"],
)  # fmt: skip
def test_settings_that_make_no_sense_are_named(maillon: Maillon, w: Path, text: str) -> None:
    write(w / "maillon.toml", text)
    done = maillon("doctor", "-w", w)
    assert (done.code, "maillon.toml: " in done.err) == (5, True)


def test_the_environment_names_the_workspace(
    maillon: Maillon, listed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAILLON_WORKSPACE", str(listed))
    assert maillon("resolve", "--json").lines[0]["entities"] == 3
    assert maillon("doctor", "-w", "elsewhere").code == 5
