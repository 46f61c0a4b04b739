"""Hits said in sentences."""

import json
from pathlib import Path

import pytest

from .conftest import Maillon

QUERY = json.dumps(
    {"id": "c1", "schema": "Person", "properties": {"name": ["Pavel1 Invented"]}}
).encode()


@pytest.mark.parametrize(
    ("language", "said"), [("en", "stands in both names"), ("fr", "figure dans")]
)
def test_a_hit_is_said_in_sentences(
    maillon: Maillon, listed: Path, language: str, said: str
) -> None:
    done = maillon("screen", "-", "--say", language, "-w", listed, stdin=QUERY)
    assert done.code == 0
    assert said in done.out
    assert not done.out.startswith("{")


@pytest.mark.parametrize("words", [("--say", "de"), ("--say", "en", "--json")])
def test_sentences_are_refused_where_there_are_none(
    maillon: Maillon, listed: Path, words: tuple[str, ...]
) -> None:
    done = maillon("screen", "-", *words, "-w", listed, stdin=QUERY)
    assert done.code == 2
    assert "--say" in done.err
