"""Section ``issues``: pairs of public issues of other screening projects, each right or wrong."""

from argparse import Namespace

from measured import cases
from measured.cases import ALERT
from measured.pairs import scores


def _names(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def run(chosen: Namespace) -> tuple[list[str], dict[str, object], list[str]]:
    """Print each pair: match at 0.7 or more, no match below, partial below the exact name."""
    path = cases.sample(chosen, "issue_pairs.jsonl")
    rows = cases.read(path) if path else []
    asked = [(row.get("schema") or "LegalEntity", _names(row["name1"]), _names(row["name2"]))
             for row in rows]  # fmt: skip
    exact = [(schema, one, one) for schema, one, _ in asked]
    scored = scores([*asked, *exact])
    lines, errors, right, judged = [], [], 0, 0
    for row, score, own in zip(rows, scored, scored[len(rows) :], strict=False):
        kind = str(row.get("label_kind"))
        good = {"match": score >= ALERT, "no_match": score < ALERT, "rank_below_exact": score < own}
        line = (f"  {row['id']} {kind} {score:.3f} {row['name1']!r} / {row['name2']!r} "
                f"({row['source']})")  # fmt: skip
        if kind in good:
            judged += 1
            right += good[kind]
            if not good[kind]:
                errors.append(line)
        lines.append(line + ("" if good.get(kind, True) else "  WRONG"))
    lines.insert(0, f"{right} of {judged} right")
    return lines, {"right": right, "judged": judged}, errors
