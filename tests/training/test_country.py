"""The files and their truth, read without any part of the generator: csv, lxml, bytes."""

import csv
import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from lxml import etree

from maillon.training import Country, normalised, write
from maillon.training.names import Scheme, machine_readable, names
from maillon.training.people import full_name, populate
from maillon.training.rates import rates


def truth_of(country: Country) -> dict[str, Any]:
    known: dict[str, Any] = json.loads((country.truth / "truth.json").read_text("utf-8"))
    return known


def manifest_of(country: Country) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads((country.deliveries / "manifest.json").read_text())
    return listed


def person_by_entity(country: Country) -> dict[str, str]:
    with (country.truth / "persons.csv").open(encoding="utf-8", newline="") as raw:
        return {row["entity_id"]: row["person"] for row in csv.DictReader(raw)}


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_one_seed_gives_the_same_bytes(country: Country, tmp_path: Path) -> None:
    write(tmp_path, 2000, 1)
    assert digests(tmp_path) == digests(country.folder)


def test_another_seed_gives_other_bytes(tmp_path: Path, country: Country) -> None:
    write(tmp_path, 2000, 2)
    mine, other = digests(country.deliveries), digests(tmp_path / "deliveries")
    same = {name for name in mine if mine[name] == other.get(name)}
    assert same == {name for name in mine if name.startswith("ma")}  # mappings, manifest


def test_too_small_a_country_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="1000"):
        write(tmp_path, 999, 1)


def test_progress_counts_every_step(tmp_path: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    write(tmp_path, 1000, 1, progress=lambda name, at, of: steps.append((name, at, of)))
    assert [at for _, at, _ in steps] == list(range(1, 10))
    assert {of for _, _, of in steps} == {9}


def test_a_small_country_has_the_anchors_and_chains_of_its_size(country: Country) -> None:
    known = truth_of(country)
    assert len(known["terror"]) == 25
    assert len(known["crime"]) == 80
    assert (country.planted, country.decoys) == (20, 21)
    assert Counter(d["kind"] for d in known["decoys"]) == {
        "base_rate": 7,
        "homonym": 7,
        "innocent": 7,
    }


def test_nine_chains_of_ten_have_two_to_four_hops(country: Country) -> None:
    hops = [len(chain["hops"]) for chain in truth_of(country)["planted"]]
    assert min(hops) >= 2
    assert max(hops) <= 6
    assert sum(count <= 4 for count in hops) >= 0.9 * len(hops)


def test_chains_run_from_terrorism_to_crime_over_ordinary_persons(country: Country) -> None:
    known = truth_of(country)
    terror, crime = set(known["terror"]), set(known["crime"])
    assert not terror & crime
    for chain in known["planted"]:
        first, *inner, last = chain["persons"]
        assert first in terror
        assert last in crime
        assert not set(inner) & (terror | crime)
        assert [(h["from"], h["to"]) for h in chain["hops"]] == list(
            zip(chain["persons"], chain["persons"][1:], strict=False)
        )


def test_every_recorded_hop_has_a_witness_for_each_channel(country: Country) -> None:
    for chain in truth_of(country)["planted"]:
        for hop in chain["hops"]:
            seen = {witness["channel"] for witness in hop["witnesses"]}
            assert seen == (set(hop["channels"]) if hop["recorded"] else set())
            assert len(hop["channels"]) >= 2


def test_witnesses_name_the_two_persons_of_their_hop(country: Country) -> None:
    person = person_by_entity(country)
    for chain in truth_of(country)["planted"]:
        for hop in chain["hops"]:
            for channel in hop["channels"] if hop["recorded"] else []:
                named = {
                    person[entity]
                    for witness in hop["witnesses"]
                    if witness["channel"] == channel
                    for entity in witness["entities"]
                    if entity in person
                }
                assert named == {hop["from"], hop["to"]}, (chain["id"], channel)


def test_each_chain_needs_several_agencies(country: Country) -> None:
    for chain in truth_of(country)["planted"]:
        datasets = {w["dataset"] for hop in chain["hops"] for w in hop["witnesses"]}
        assert len(datasets) >= 2, chain["id"]


def test_one_chain_at_least_was_seen_by_no_agency_in_full(country: Country) -> None:
    unseen = [chain for chain in truth_of(country)["planted"] if not chain["observed"]]
    assert len(unseen) == 1
    assert sum(not hop["recorded"] for hop in unseen[0]["hops"]) == 1


def test_some_chains_hang_together_by_an_alias_only(country: Country) -> None:
    assert sum(bool(chain["alias"]) for chain in truth_of(country)["planted"]) >= 3


def test_files_have_the_encodings_and_headers_of_their_agencies(country: Country) -> None:
    folder = country.deliveries
    police = (folder / "police_persons.csv").read_bytes()
    assert police.startswith(b"\xef\xbb\xbfperson_no;family_name;")
    visits = (folder / "prison_visits.csv").read_bytes()
    assert visits.startswith(b"\xff\xfe")
    assert visits.decode("utf-16").startswith("visit_no;visitor_no;")
    firearms = (folder / "customs_firearms.csv").read_bytes().decode("windows-1251")
    assert any("\u0430" <= character <= "\u044f" for character in firearms)


def test_every_csv_row_is_as_wide_as_its_header(country: Country) -> None:
    encodings = {"prison_visits.csv": "utf-16", "customs_firearms.csv": "windows-1251"}
    for path in sorted(country.deliveries.glob("*.csv")):
        text = path.read_bytes().decode(encodings.get(path.name, "utf-8-sig"))
        mark = max(";,\t", key=text.splitlines()[0].count)
        rows = list(csv.reader(text.splitlines(), delimiter=mark))
        assert {len(row) for row in rows} == {len(rows[0])}, path.name


def test_csv_locators_are_physical_lines(country: Country) -> None:
    lines = (country.deliveries / "police_cases.csv").read_text("utf-8-sig").splitlines()
    proofs = [
        witness
        for chain in truth_of(country)["planted"]
        for hop in chain["hops"]
        for witness in hop["witnesses"]
        if witness["file"] == "police_cases.csv"
    ]
    assert proofs
    for witness in proofs:
        number = int(witness["locator"].removeprefix("line:"))
        party, case = witness["entities"]
        assert lines[number - 1].startswith(case.removeprefix("rt-police-case-") + ";")
        assert f";{party.removeprefix('rt-police-')};" in lines[number - 1]


def test_goaml_ids_point_at_a_person_of_the_report(country: Country) -> None:
    person = person_by_entity(country)
    path = country.deliveries / "fiu_bank_01.xml"
    delivery = f"rt_fiu-{hashlib.sha256(path.read_bytes()).hexdigest()[:12]}@xpath:"
    report = etree.parse(path)
    mine = [entity.removeprefix(delivery) for entity in person if entity.startswith(delivery)]
    count = sum(1 for tag in ("from_person", "to_person", "t_person") for _ in report.iter(tag))
    assert len(mine) == count
    for place in mine:
        found = report.xpath(place)
        assert isinstance(found, list)
        (element,) = found
        assert isinstance(element, etree._Element)
        assert element.findtext("last_name")


def test_paxlst_ids_count_every_nad_of_the_file(country: Country) -> None:
    person = person_by_entity(country)
    path = country.deliveries / "api_01.edi"
    delivery = f"rt_api-{hashlib.sha256(path.read_bytes()).hexdigest()[:12]}@seg:NAD/"
    segments = path.read_text("ascii").split("'\n")
    nads = [segment for segment in segments if segment.startswith("NAD+")]
    travellers = {number for number, nad in enumerate(nads, 1) if nad.startswith("NAD+FL+")}
    mine = {int(entity.removeprefix(delivery)) for entity in person if entity.startswith(delivery)}
    assert mine == travellers


def test_paxlst_messages_count_their_segments(country: Country) -> None:
    for path in sorted(country.deliveries.glob("api_*.edi")):
        inside = 0
        for segment in path.read_text("ascii").split("'\n"):
            inside = 1 if segment.startswith("UNH+") else inside + 1
            if segment.startswith("UNT+"):
                assert segment.split("+")[1] == str(inside), path.name


def test_the_list_has_every_terrorism_anchor_once(country: Country) -> None:
    report = etree.parse(country.deliveries / "terror_list.xml")
    references = [str(r.text) for r in report.iter("REFERENCE_NUMBER")]
    person = person_by_entity(country)
    listed = [person[f"rt_terror_list-{r}"] for r in references if r.startswith("RTi.")]
    assert listed == truth_of(country)["terror"]
    assert sum(r.startswith("RTe.") for r in references) == 4


def test_nobody_bears_a_name_to_avoid() -> None:
    def everybody(avoid: frozenset[str]) -> list[str]:
        rng = np.random.Generator(np.random.PCG64(3))
        people = populate(rng, rates(500), pools, avoid)
        return [normalised(full_name(people, pools, p, Scheme.PLAIN)) for p in range(500)]

    pools = names()
    refused = frozenset(everybody(frozenset())[:20])
    assert not refused & set(everybody(refused))


def test_machine_readable_spelling_follows_icao() -> None:
    # ICAO Doc 9303-3, section 6: A-umlaut is AE, apostrophes are left out, a hyphen is a filler
    assert machine_readable("Müller-D'Arcy") == "MUELLER DARCY"


def test_no_file_tells_what_the_law_keeps_out_of_features(country: Country) -> None:
    words = (b"religion", b"ethnic", b"political", b"health")
    for path in sorted(country.deliveries.glob("*.*")):
        content = path.read_bytes().lower()
        assert not [word for word in words if word in content], path.name


def test_the_manifest_names_every_file_and_mapping(country: Country) -> None:
    listed = {str(entry["file"]) for entry in manifest_of(country)}
    files = {path.name for path in country.deliveries.iterdir() if path.is_file()}
    assert files == listed | {"manifest.json"}
    for entry in manifest_of(country):
        if entry["mapping"]:
            assert (country.deliveries / "mappings" / entry["mapping"]).is_file()
