"""The Security Council's list and OFAC's in one workspace: what is one, what is linked, what leads.

Data: a folder with ``un_consolidated_*.xml``, ``ofac_sdn_*.csv`` and ``ofac_alt_*.csv`` (the public
lists as published), and ``gold.jsonl`` of labelled pairs (given apart). Without ``--folder`` it
takes the excerpt in tests/data/real_lists. Prints the figures of docs/real-lists.md, and with
``--json`` as one object.
"""

import argparse
import csv
import json
import resource
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from maillon.model import Act, Mode
from maillon.nexus import Trace, TraceSettings
from maillon.sources import adapter
from maillon.store import Order
from maillon.workspace import Workspace

EXCERPT = Path(__file__).parents[1] / "tests" / "data" / "real_lists"
FILES = (
    ("un*.xml", "un-sc-xml", "un_sc"),
    ("*sdn*.csv", "ofac-sdn-csv", "us_ofac_sdn"),
    ("*alt*.csv", "ofac-sdn-csv", "us_ofac_sdn"),
    ("add*.csv", "ofac-sdn-csv", "us_ofac_sdn"),
)
KINDS = {
    ("crosslist", "link"): "same",
    ("crosslist", "no_link"): "namesake",
    ("structure", "link"): "linked",
    ("structure", "no_link"): "place",
}
Pair = tuple[str, str]


def labelled(folder: Path, gold: Path | None) -> list[tuple[str, str, Pair]]:
    """Return (id, kind, pair) of the labelled pairs."""
    if gold is None:
        with (folder / "pairs.csv").open(encoding="utf-8", newline="") as raw:
            return [(r["id"], r["is"], (r["one"], r["other"])) for r in csv.DictReader(raw)]
    found = []
    for line in map(json.loads, gold.read_text("utf-8").splitlines()):
        kind = KINDS.get((line["unit"], line["label"]))
        if kind is not None:
            sides = (line["terror"], line["crime"])
            ids = [f"{PREFIX[side['list']]}{side['ref']}" for side in sides]
            found.append((line["id"], kind, (ids[0], ids[1])))
    return found


PREFIX = {"UN-SC": "un-sc-", "US-OFAC-SDN": "ofac-sdn-"}


def load(w: Workspace, folder: Path) -> None:
    """Load both lists; a second file of one dataset adds to the first."""
    for pattern, name, dataset in FILES:
        for path in sorted(folder.glob(pattern)):
            order = Order(adapter(name), dataset, w.settings.label, mode=Mode.MESSAGES)
            with path.open("rb") as raw:
                w.load(w.view(Act.LOAD), raw, order)


def ties(w: Workspace) -> dict[Pair, int]:
    """Return the channel mask of each pair of canonical ids, lower id first."""
    from maillon.nexus.links import derive, drop  # noqa: PLC0415 - beside its only use

    with w.resolved(w.view(Act.TRACE)) as bench:
        derive(bench.con, TraceSettings())
        rows = bench.con.execute(
            "SELECT a.canonical, b.canonical, t.bit FROM nexus_tie t"
            " JOIN nexus_node a ON a.node = t.i JOIN nexus_node b ON b.node = t.j"
        ).fetchall()
        drop(bench.con)
    found: dict[Pair, int] = {}
    for one, other, bit in rows:
        found[one, other] = found.get((one, other), 0) | 1 << bit
    return found


def judged(
    pairs: list[tuple[str, str, Pair]], canonical: dict[str, str], tied: dict[Pair, int]
) -> dict[str, list[str]]:
    """Return by kind the labelled pairs decided otherwise; ``kind/all`` holds all ids."""
    wrong: dict[str, list[str]] = {}
    for key, kind, pair in pairs:
        one, other = sorted(canonical.get(side, side) for side in pair)
        is_one, is_tied = one == other, (one, other) in tied
        right = {
            "same": is_one,
            "namesake": not is_one and not is_tied,
            "linked": is_tied and not is_one,
            "place": not is_tied and not is_one,
        }[kind]
        wrong.setdefault(kind, [])
        wrong.setdefault(f"{kind}/all", []).append(key)
        if not right:
            wrong[kind].append(key)
    return wrong


def heaps(canonical: dict[str, str]) -> list[list[str]]:
    """Return the clusters with two or more entries of one list, largest first: each list names one
    party once, so that most of these are merged wrongly.
    """
    members: dict[str, list[str]] = {}
    for entity, name in sorted(canonical.items()):
        if entity.startswith(tuple(PREFIX.values())):
            members.setdefault(name, []).append(entity)
    many = [
        group
        for group in members.values()
        if max(Counter(entity.rsplit("-", 1)[0] for entity in group).values()) > 1
    ]
    return sorted(many, key=lambda group: (-len(group), group))


def opens(w: Workspace, found: Trace) -> tuple[int, int]:
    """Return how many statements of the shown leads there are, and how many open at their place."""
    view, good, lines = w.view(Act.READ), 0, []
    for lead in found.leads:
        lines += [line for path in lead.paths for hop in path.hops for line in hop.statements]
    for line in lines:
        with w.store.original(view, line["delivery"]) as (raw, name, options):
            chosen = adapter(name)
            said = {key: value for key, value in options.items() if key in chosen.options}
            text = chosen.locate(raw, line["locator"], **said)
        good += (line["original_value"] or line["value"]) in " ".join(text.split())
    return len(lines), good


def measure(folder: Path, gold: Path | None, *, shows: bool) -> dict[str, Any]:
    """Load, resolve and trace; return the figures."""
    with tempfile.TemporaryDirectory() as place:
        Workspace.create(Path(place))
        with Workspace.open(Path(place)) as w:
            began = time.perf_counter()
            load(w, folder)
            loaded = time.perf_counter()
            rows = w.resolve(w.view(Act.RESOLVE)).canonical.to_pylist()
            resolved = time.perf_counter()
            found = w.trace(w.view(Act.TRACE))
            traced = time.perf_counter()
            every = w.trace(w.view(Act.TRACE), TraceSettings(draws=0, baseline=True))
            canonical = {row["entity"]: row["canonical"] for row in rows}
            wrong = judged(labelled(folder, gold), canonical, ties(w))
            merged = heaps(canonical)
            shown, opened = opens(w, found)
            shown_every, opened_every = opens(w, every)
    if shows:
        show(found, every, merged)
    return {
        **{f"wrong_{kind}": len(keys) for kind, keys in wrong.items() if "/" not in kind},
        **{f"pairs_{kind[:-4]}": len(keys) for kind, keys in wrong.items() if "/" in kind},
        "wrong": sorted(key for kind, keys in wrong.items() if "/" not in kind for key in keys),
        "leads": len(found.leads), "leads_by_length_alone": len(every.leads),
        "dual": len(found.dual),
        "dual_by_identity": sum(anchor.is_by_identity for anchor in found.dual),
        "statements_shown": shown + shown_every,
        "statements_opened": opened + opened_every, "clusters_of_one_list": len(merged),
        "largest_cluster_of_one_list": max(map(len, merged), default=0),
        **{name: count for name, count in found.counts.items() if count},
        "load_seconds": round(loaded - began, 1), "resolve_seconds": round(resolved - loaded, 1),
        "trace_seconds": round(traced - resolved, 1),
        "rss_gib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2),
    }  # fmt: skip


def show(found: Trace, every: Trace, merged: list[list[str]]) -> None:
    """Print the leads, the paths by length alone, the dual entities, the largest clusters."""
    for title, leads in (("lead", found.leads), ("by length alone", every.leads)):
        for lead in leads:
            hops = lead.paths[0].hops
            way = " > ".join(f"[{','.join(hop.channels)}] {hop.target_caption}" for hop in hops)
            print(f"{title} {lead.rank}: p {lead.probability:.3f} {lead.terror_caption} > {way}")
    for anchor in found.dual:
        places = {f"{source.dataset} {source.programme}" for source in anchor.sources}
        whence = "only if its records are one" if anchor.is_by_identity else "by one record"
        print(f"dual {anchor.canonical} {whence}: {'; '.join(sorted(places))}")
    for group in merged[:10]:
        print(f"one cluster: {' '.join(group)}")


def main() -> None:
    """Read the arguments, measure, print."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--folder", type=Path, default=EXCERPT, help="the lists as published")
    words.add_argument("--gold", type=Path, help="labelled pairs; else pairs.csv of the folder")
    words.add_argument("--quick", action="store_true", help="figures only")
    words.add_argument("--json", action="store_true", help="the last line is one object")
    chosen = words.parse_args()
    figures = measure(chosen.folder, chosen.gold, shows=not chosen.quick)
    for name, value in figures.items():
        print(f"{name:28} {value}")
    if chosen.json:
        print(json.dumps(figures))


if __name__ == "__main__":
    main()
