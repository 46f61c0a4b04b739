"""Countries that differ from the usual one."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from maillon.training import Country, Variant, oracle, score, self_checks, write


def known(country: Country) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((country.truth / "truth.json").read_text("utf-8"))
    return read


def digest(folder: Path) -> str:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def made(folder: Path, variant: Variant) -> Country:
    return write(folder, 2000, 1, variant=variant)


def test_the_usual_variant_changes_no_byte(tmp_path: Path, country: Country) -> None:
    assert digest(made(tmp_path, Variant()).folder) == digest(country.folder)
    assert "variant" not in known(country)


def test_prevalence_is_a_factor_on_the_planted_chains(tmp_path: Path) -> None:
    counts = [made(tmp_path / str(factor), Variant(factor)).planted for factor in (0.5, 2.0)]
    assert counts == [10, 40]


def test_an_empty_country_has_no_planted_chain_and_a_bare_one_no_decoy(tmp_path: Path) -> None:
    empty = made(tmp_path / "empty", Variant(prevalence=0.0))
    bare = made(tmp_path / "bare", Variant(prevalence=0.0, has_decoys=False))
    assert (empty.planted, empty.decoys) == (0, 21)
    assert (bare.planted, bare.decoys) == (0, 0)
    assert oracle(bare.truth).recall_at_200 == 0
    assert score(bare.truth, [], {}).missed == ()
    assert set(self_checks(bare.folder).auc.values()) == {0.5}
    assert len(known(bare)["terror"]) == len(known(empty)["terror"]) == 25


def test_one_hop_of_each_chain_is_weak_when_asked(tmp_path: Path) -> None:
    for chain in known(made(tmp_path, Variant(has_weak_hop=True)))["planted"]:
        assert sorted(len(hop["channels"]) for hop in chain["hops"])[:2][0] == 1
        assert sum(len(hop["channels"]) == 1 for hop in chain["hops"]) == 1


def test_coverage_leaves_out_ties_of_chains_and_background(
    tmp_path: Path, country: Country
) -> None:
    thin = made(tmp_path, Variant(coverage=0.5))
    hops = [hop["recorded"] for chain in known(thin)["planted"] for hop in chain["hops"]]
    assert 0.3 < sum(hops) / len(hops) < 0.7
    assert thin.records < 0.9 * country.records


def test_chains_have_the_lengths_asked_for(tmp_path: Path) -> None:
    found = known(made(tmp_path, Variant(hops=(5, 6))))
    assert {len(chain["hops"]) for chain in found["planted"]} == {5, 6}
    assert found["variant"]["hops"] == [5, 6]


@pytest.mark.parametrize(
    "wrong", [{"prevalence": -1.0}, {"coverage": 0.0}, {"coverage": 1.5}, {"hops": (2, 7)}]
)
def test_what_no_country_can_have_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Variant(**wrong)


def test_more_chains_than_anchors_can_end_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at most 40"):
        made(tmp_path, Variant(prevalence=3.0))
