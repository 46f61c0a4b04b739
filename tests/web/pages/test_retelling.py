"""What errors say is in the catalogue, whole in French and Arabic, and found again on a page."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from maillon.model import LimitError, NotValidError, RefusedError, SourceError
from maillon.web.pages.language import LANGUAGES, speeches
from maillon.web.pages.refusing import refused_of
from maillon.web.pages.retelling import form_of, retold
from maillon.web.worker import run_worker

from .conftest import House, Reader
from .test_onboarding import MAPPED, SHEET, of, say
from .test_onboarding import send as send_table
from .test_screening_file import begin, send

ROOT: Final = Path(__file__).resolve().parents[3]
ERRORS: Final = ROOT / "src" / "maillon" / "web" / "pages" / "words" / "errors"
WHOLE: Final = ["fr", "ar"]
BEGUN: Final = [code for code in LANGUAGES if code != "en"]
ENGLISH: Final = frozenset(
    [
        "a",
        "an",
        "and",
        "as",
        "at",
        "be",
        "by",
        "cannot",
        "for",
        "has",
        "have",
        "is",
        "it",
        "no",
        "not",
        "nothing",
        "of",
        "on",
        "one",
        "or",
        "say",
        "send",
        "such",
        "that",
        "the",
        "this",
        "to",
        "was",
        "were",
        "what",
        "who",
        "with",
    ]
)
"""Words that no French sentence has; `on` and `a` aside, which it has too."""


@pytest.fixture(scope="module")
def writer() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(ROOT / "tools")
        import write_errors  # type: ignore[import-not-found]  # noqa: PLC0415 - a tool, no package

        yield write_errors


@pytest.fixture(scope="module")
def template(writer: ModuleType) -> Catalog:
    found: Catalog = writer.template()
    return found


@cache
def catalogue(code: str) -> dict[str, str]:
    with (ERRORS / f"{code}.po").open("rb") as raw:
        return {str(one.id): str(one.string) for one in read_po(raw, locale=code) if one.id}


@pytest.mark.parametrize("code", BEGUN)
def test_a_catalogue_has_what_errors_say_and_nothing_else(template: Catalog, code: str) -> None:
    assert set(catalogue(code)) == {one.id for one in template if one.id}, (
        "run `python3 dev.py words`"
    )


@pytest.mark.parametrize("code", BEGUN)
def test_a_catalogue_is_as_it_would_be_written(template: Catalog, code: str) -> None:
    import write_words  # type: ignore[import-not-found]  # noqa: PLC0415 - as above

    held = (ERRORS / f"{code}.po").read_bytes()
    assert write_words.updated(code, template, ERRORS) == held, "run `python3 dev.py words`"


@pytest.mark.parametrize("code", WHOLE)
def test_a_whole_language_says_every_error(code: str) -> None:
    assert [one for one, said in catalogue(code).items() if not said] == []


@pytest.mark.parametrize("code", BEGUN)
def test_a_translation_has_the_places_of_its_message(code: str) -> None:
    wrong = [
        one
        for one, said in catalogue(code).items()
        if said and set(form_of(said).places) != set(form_of(one).places)
    ]
    assert wrong == []


def words(text: str) -> frozenset[str]:
    """Return the English words of a text, its places and commands aside."""
    plain = " ".join(form_of(re.sub(r"`[^`]*`", "", text)).fixed)
    return ENGLISH & set(re.findall(r"(?<![\w/.-])[a-z]+(?![\w/.-])", plain))


@pytest.mark.parametrize("code", WHOLE)
def test_a_translation_of_a_sentence_is_another_sentence(code: str) -> None:
    assert [one for one, said in catalogue(code).items() if said == one and words(one)] == []


@pytest.mark.parametrize(("code", "shared"), [("fr", {"a", "on"}), ("ar", {"a"})])
def test_a_translation_has_no_english_words(code: str, shared: set[str]) -> None:
    assert [said for said in catalogue(code).values() if words(said) - shared] == []


@pytest.mark.parametrize(
    "text",
    [
        "'<script>alert(1)</script>' does not act for 'the \u202ehouse'",
        "no record {entity} {{x}} <b>",
        "no record x was erased, and what this rule erased is not let in again",
        "column 3 (no anchor <i> stands): NUL characters: read without them",
        "refused (jobs: files): no file is sent with '<a>; b): c'; send none",
        "1; 2; 3: 4): (5 <s>",
    ],
)
@pytest.mark.parametrize("code", BEGUN)
def test_a_hostile_value_comes_out_whole_and_escaped(code: str, text: str) -> None:
    seen = Seen(str(retold(speeches()[code], text)))
    assert set(seen.tags) <= {"bdi", "span"}
    values = re.findall(r"<[^>]*>|\{\{?\w+\}?\}|\u202e", text.replace("script>alert(1)", "script>"))
    assert [one for one in values if one.strip("\u202e") and one not in seen.text] == []


@pytest.mark.parametrize("code", WHOLE)
def test_each_value_stands_apart_as_it_is(code: str) -> None:
    text = str(retold(speeches()[code], "no record t<1> in \u05d0/2"))
    assert "<bdi>t&lt;1&gt;</bdi>" in text
    assert "<bdi>\u05d0/2</bdi>" in text


@pytest.mark.parametrize("code", BEGUN)
def test_what_is_not_known_says_that_it_is_english(code: str) -> None:
    told = retold(speeches()[code], "zzz & qqq")
    assert told == '<span lang="en" dir="ltr"><bdi>zzz &amp; qqq</bdi></span>'


def test_english_stays_as_it_was_raised() -> None:
    assert retold(speeches()["en"], "no record <t1>") == "<bdi>no record &lt;t1&gt;</bdi>"


@pytest.mark.parametrize(
    "text", ["; " * 1_900, "refused (" + "): " * 900 + "; " * 300, ": " * 1_999]
)
def test_a_text_of_marks_alone_is_read_in_a_few_steps(text: str) -> None:
    seen = Seen(str(retold(speeches()["fr"], text)))
    assert len(seen.text) >= len(text) - 20


@pytest.mark.parametrize(
    "error",
    [
        RefusedError("jobs: kinds", "'x' is no kind of job", "one of load, screen"),
        SourceError("un_sc", "line:3", "the entry has no name"),
        SourceError("csv", "line:3", "column 2 (d): no day of the calendar in the order dmy"),
        LimitError("bytes of a file", 5, 1_000),
        NotValidError("the mapping does not fit: mapping: query 1: the file has no column 'a'"),
    ],
    ids=lambda error: str(error)[:20],
)
@pytest.mark.parametrize("code", WHOLE)
def test_an_error_of_several_fields_is_told_whole(code: str, error: Exception) -> None:
    told = refused_of(error, speeches()[code])
    assert 'lang="en"' not in f"{told.text}{told.rule}{told.remedy}"


@pytest.mark.parametrize(
    ("text", "apart"),
    [
        ("1967-01-13, 1967-01 or 1967", "1967-01"),
        ("name another folder with --keys or MAILLON_KEYS", "--keys"),
        ("name the case: --case", "--case"),
        ("no job j1: `maillon jobs` lists your own", "`maillon jobs`"),
        ("prove anew that it is you: POST /api/v1/session/step-up", "POST /api/v1/session/step-up"),
    ],
)
def test_what_arabic_would_turn_around_is_isolated(text: str, apart: str) -> None:
    # Source: Unicode Standard Annex 9, W4 and N2: "--keys" would stand as "keys--"
    assert f"\u2066{apart}\u2069" in retold(speeches()["ar"], text)


def test_a_message_within_one_in_arabic_runs_from_right_to_left() -> None:
    told = retold(speeches()["ar"], "SourceError: questions line:1: there is no record to screen")
    assert "\u2066" not in told


def test_a_citation_stays_as_it_is() -> None:
    error = RefusedError("S/2020/754, para. 112 (necessity)", "no reason is given", "say why")
    assert (
        refused_of(error, speeches()["ar"]).rule == "<bdi>S/2020/754, para. 112 (necessity)</bdi>"
    )


class Seen(HTMLParser):
    """What a reader sees of a part of a page: all of it, and what is none of the data."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text, self.ours, self.tags, self._inside = "", "", list[str](), list[str]()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._inside.append("en" if ("lang", "en") in attrs else tag)

    def handle_endtag(self, tag: str) -> None:
        assert tag
        self._inside.pop()

    def handle_data(self, data: str) -> None:
        self.text += data
        # the sentence stands in one bdi, each value in a second one
        if self._inside.count("bdi") < 2:
            self.ours += f" {data}"


def english(page: str) -> frozenset[str]:
    """Return the English words in a part of a page that are none of the data."""
    return ENGLISH & set(re.findall(r"(?<![\w/.-])[a-z]+(?![\w/.-])", Seen(page).ours)) - {
        "a",
        "on",
    }


def block(page: str) -> str:
    found = re.search(r'<div class="errors".*?</div>', page, re.DOTALL)
    assert found is not None, page
    assert 'lang="en"' not in found[0]
    return found[0]


@pytest.mark.parametrize("code", WHOLE)
def test_a_refusal_is_told_in_the_language(house: House, analyst: Reader, code: str) -> None:
    assert analyst
    with house.reader("analyst", "intake") as clerk:
        page = block(clerk.page(f"/{code}/leads", 403))
    assert "S/2020/754, para. 112 (necessity)" in page
    assert english(page.replace("(necessity)", "")) == set()


@pytest.mark.parametrize("code", WHOLE)
def test_what_is_not_there_is_told_in_the_language(analyst: Reader, code: str) -> None:
    assert english(block(analyst.page(f"/{code}/record?id=no-such", 404))) == set()


@pytest.mark.parametrize("code", WHOLE)
def test_a_reject_is_told_in_the_language(house: House, analyst: Reader, code: str) -> None:
    assert analyst
    with house.reader("analyst", "intake") as clerk:
        look = send_table(clerk, SHEET.encode())
        say(clerk, look, {"date_order": "dmy"})
        say(clerk, of(look, "map"), MAPPED)
        page = clerk.page(of(look, "try").replace("/en/", f"/{code}/"))
    table = re.search(r"<tbody>.*?</tbody>", page, re.DOTALL)
    assert table is not None
    assert {"fr": "pas un jour du calendrier", "ar": "ليس يوما في التقويم"}[code] in table[0]
    assert "no day" not in table[0]


@pytest.mark.parametrize("code", WHOLE)
def test_a_failed_job_is_told_in_the_language(house: House, analyst: Reader, code: str) -> None:
    assert analyst
    with house.reader("analyst", "screening") as screener:
        job, _ = begin(screener, send(screener, b"a,b\nx,y\n"), {"column-0": "name"})
        (house.workspace.store.jobs.files.of(job.rpartition("/")[2]) / "input").write_bytes(b"")
        run_worker(house.workspace.settings.folder, once=True)
        page = block(screener.page(job.replace("/en/", f"/{code}/")))
    assert english(page) == set()
    assert {"fr": "aucune fiche", "ar": "لا سجل"}[code] in Seen(page).text


def test_letters_of_the_catalogue_are_those_of_its_language() -> None:
    latin = [said for said in catalogue("fr").values()
             if any(unicodedata.name(one, "").startswith(("ARABIC", "CYRILLIC")) for one in said)]  # fmt: skip
    assert latin == []
