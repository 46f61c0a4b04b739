"""The vocabulary is closed."""

import pytest

from maillon.model import MaillonError
from maillon.nexus import CHANNELS, TermKind, UnknownTermError, checked, vocabulary
from maillon.nexus.vocabulary import TYPE_BY_TOPIC, types_of, vocabulary_version

NAMED = {
    "trafic d'armes": "arms",
    "trafic de drogues": "drugs",
    "trafic d'objets et de biens culturels": "cultural-property",
    "traite des personnes": "trafficking-persons",
    "commerce illicite de ressources naturelles": "natural-resources",
    "commerce illicite d'espèces sauvages": "wildlife",
    "utilisation illicite d'entreprises commerciales légitimes": "misuse-companies",
    "utilisation illicite d'organisations à but non lucratif": "misuse-npo",
    "utilisation illicite de donations": "donations",
    "utilisation illicite de financements participatifs": "crowdfunding",
    "produit d'activités criminelles": "proceeds",
    "enlèvements contre rançon": "kidnapping",
    "extorsion de fonds": "extortion",
    "cambriolage de banques": "robbery",
    "criminalité transnationale organisée en mer": "crime-at-sea",
    "trafic de migrants": "migrant-smuggling",
    "usage de documents frauduleux": "forged-documents",
    "vols de voiture": "vehicle-theft",
    "extraction minière illicite": "illegal-mining",
    "trafic d'autres biens licites ou illicites": "goods-smuggling",
    "transport de terroristes à travers la frontière": "terrorist-travel",
}
"""What paras. 1 (which quotes res. 2482) and 5 of S/2020/754 name, in its French text."""
MODES = ("transaction", "service", "alliance", "convergence", "personal-tie", "prison-tie")


def test_there_are_at_least_twenty_link_types_and_six_modes() -> None:
    kinds = [term.kind for term in vocabulary().values()]
    assert kinds.count(TermKind.TYPE) >= 20
    assert kinds.count(TermKind.MODE) == 6


@pytest.mark.parametrize(("named", "code"), NAMED.items())
def test_each_form_of_link_that_the_report_names_is_a_type(named: str, code: str) -> None:
    term = vocabulary()[code]
    assert term.kind is TermKind.TYPE
    assert "para" in term.source, named


def test_the_modes_are_those_of_the_report() -> None:
    modes = [code for code, term in vocabulary().items() if term.kind is TermKind.MODE]
    assert modes == list(MODES)


def test_no_term_is_a_heap_for_the_rest() -> None:
    assert not {"other", "unknown", "misc"} & set(vocabulary())


def test_the_vocabulary_has_a_version() -> None:
    assert vocabulary_version().isdecimal()


def test_an_unknown_code_names_the_file_and_the_remedy() -> None:
    with pytest.raises(UnknownTermError, match=r"vocabulary\.csv.*'heist'.*use a code"):
        checked(["heist"])


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
        (["crime"], ["Transport of foreign fighters"], ["terrorist-travel"]),
        (["crime"], ["Driving without a licence"], ["organised-crime"]),
        (["crime"], ["Extortion", "Kidnapping for ransom"], ["kidnapping", "extortion"]),
    ],
)
def test_the_offence_says_more_than_the_topic(
    topics: list[str], offences: list[str], types: list[str]
) -> None:
    assert types_of(topics, offences) == types
