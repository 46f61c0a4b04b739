"""The vocabulary is closed."""

import pytest

from maillon.model import MaillonError
from maillon.nexus import CHANNELS, TermKind, UnknownTermError, checked, vocabulary
from maillon.nexus.vocabulary import TYPE_BY_TOPIC, types_of


def test_there_are_at_least_twenty_link_types_and_six_modes() -> None:
    kinds = [term.kind for term in vocabulary().values()]
    assert kinds.count(TermKind.TYPE) >= 20
    assert kinds.count(TermKind.MODE) == 6


def test_every_term_has_its_labels_and_its_source() -> None:
    assert all(term.en and term.fr and term.ar and term.source for term in vocabulary().values())


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(UnknownTermError) as refused:
        checked(["drugs", "other"])
    assert refused.value.code == "other"
    assert isinstance(refused.value, MaillonError)


def test_codes_come_once_in_the_order_of_the_vocabulary() -> None:
    assert checked(["drugs", "arms", "drugs"]) == ["arms", "drugs"]


def test_every_topic_and_channel_names_terms_of_the_vocabulary() -> None:
    checked(TYPE_BY_TOPIC.values())
    for channel in CHANNELS.values():
        checked([*channel.types, *channel.modes])


@pytest.mark.parametrize(
    ("topics", "offences", "types"),
    [
        (["crime.traffick.human"], ["Smuggling of migrants"], ["migrant-smuggling"]),
        (["crime.theft"], ["Theft of and trafficking in vehicles"], ["vehicle-theft"]),
        (["crime.traffick"], ["Trafficking in firearms"], ["arms"]),
        (["crime.traffick.drug"], [], ["drugs"]),
        (["crime"], ["Driving without a licence"], ["organised-crime"]),
        (["crime"], ["Extortion", "Kidnapping for ransom"], ["kidnapping", "extortion"]),
    ],
)
def test_the_offence_says_more_than_the_topic(
    topics: list[str], offences: list[str], types: list[str]
) -> None:
    assert types_of(topics, offences) == types
