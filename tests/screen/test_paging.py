"""Paging and whole tables of a search: beside a record, and in constant memory."""

import tracemalloc
from collections.abc import Callable, Iterable
from pathlib import Path

import orjson
import pytest

from maillon.model.ftm import ftm_model
from maillon.screen.find import Beside, Finder, Page, Query, Scope, open_finder, write_finder
from maillon.screen.find.records import Record

PERSON = ftm_model().schemata["Person"]
SIZE = 7
MANY = 100_050
ALL = Query("zora", Scope(("d",)), limit=SIZE)
Write = Callable[[Iterable[Record]], Finder]


def person(id_: str, name: str) -> Record:
    return Record(id_, PERSON, {"name": [name]}, ("d",))


def people(count: int, first: int = 0) -> Iterable[Record]:
    return (person(f"p{n:06}", f"Zora N{n}") for n in range(first, first + count))


def ids(page: Page) -> list[str]:
    return [orjson.loads(line)["id"] for line in page.lines]


def asked(finder: Finder, beside: Beside | None) -> Page:
    return finder.find(Query(ALL.text, ALL.scope, limit=SIZE, beside=beside))


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def made(found: Iterable[Record]) -> Finder:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        write_finder(found, folder)
        return open_finder(folder)

    return made


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Finder:
    folder = tmp_path_factory.mktemp("many")
    assert write_finder(people(MANY), folder) == MANY
    return open_finder(folder)


def test_page_after_page_has_everything_once(write: Write) -> None:
    finder = write(people(31))
    shown: list[str] = []
    page = asked(finder, None)
    while page.lines:
        assert page.first == len(shown)
        shown += ids(page)
        page = asked(finder, Beside(shown[-1], len(shown) - 1))
    assert shown == ids(finder.find(Query(ALL.text, ALL.scope, limit=100)))
    assert len(shown) == 31


def test_the_page_before_is_the_one_that_was_shown_before(write: Write) -> None:
    finder = write(people(31))
    first = asked(finder, None)
    second = asked(finder, Beside(ids(first)[-1], SIZE - 1))
    assert ids(asked(finder, Beside(ids(second)[0], SIZE, is_back=True))) == ids(first)


def test_what_comes_in_between_moves_no_page(write: Write) -> None:
    last = ids(asked(write(people(31)), None))[-1]
    later = write([*people(3, 500_000), *people(31)])
    page = asked(later, Beside(last, SIZE - 1))
    every = ids(later.find(Query(ALL.text, ALL.scope, limit=100)))
    assert ids(page) == every[every.index(last) + 1 :][:SIZE]
    assert page.first == every.index(last) + 1


def test_a_page_beside_a_record_that_is_gone_lies_where_it_stood(write: Write) -> None:
    finder = write(people(31))
    every = ids(finder.find(Query(ALL.text, ALL.scope, limit=100)))
    assert ids(asked(finder, Beside("gone", 3))) == every[3 : 3 + SIZE]
    assert ids(asked(finder, Beside("gone", 3, is_back=True))) == every[:3]


def test_a_page_lies_beyond_ten_thousand(many: Finder) -> None:
    page = asked(many, Beside("gone", 50_000))
    assert (page.first, page.total, len(page.lines)) == (50_000, MANY, SIZE)


def test_a_table_of_more_than_a_hundred_thousand_has_everything_once(many: Finder) -> None:
    found = [orjson.loads(line)["id"] for line in many.every(ALL, 1_000_000)]
    assert found == [f"p{n:06}" for n in range(MANY)]


def test_a_table_has_no_more_than_was_asked_for(many: Finder) -> None:
    assert sum(1 for _ in many.every(ALL, 100_001)) == 100_001


def test_the_memory_of_a_table_does_not_grow_with_it(many: Finder) -> None:
    peaks = []
    for most in (20_000, 100_000):
        tracemalloc.start()
        assert sum(1 for _ in many.every(ALL, most)) == most
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.1 * peaks[0]
    assert peaks[1] < 16_000_000


def test_a_table_of_few_has_the_best_first(write: Write) -> None:
    finder = write([person("a", "Zora Anna Berta Clara"), person("b", "Zora")])
    found = [orjson.loads(line)["id"] for line in finder.every(ALL, 10)]
    assert found == ids(asked(finder, None)) == ["b", "a"]
