"""Section ``groups``: the share of false alerts of each script and culture, with its bounds.

The rule of issue 4: the upper 95 % bound of each group is at most the larger of twice the best
group's rate and half a percentage point.
"""

from argparse import Namespace

from measured import alerts, figures

FLOOR = 0.005


def run(chosen: Namespace) -> tuple[list[str], dict[str, object], list[str]]:
    """Print each group at the threshold of the alert section, and whether the rule holds."""
    found = alerts.asked(chosen)
    lines: list[str] = []
    out: dict[str, object] = {}
    errors: list[str] = []
    for way in alerts.GOALS:
        rate = max(figures.limit_at(found.best[way], alerts.GOALS[way][1]), alerts.LEAST)
        for name, limit in (("at 0.7", 0.7 - 1e-9), ("at its rate", rate)):
            for kind in ("script", "culture"):
                keys = [getattr(person, kind) for person in found.people]
                held = alerts.groups(found.best[way], keys, limit)
                best = min(part / whole for part, whole in held.values())
                most = max(2 * best, FLOOR)
                lines.append(f"{way} {name} by {kind}: each upper bound <= {100 * most:.2f} %")
                wrong = 0
                for key, (part, whole) in sorted(held.items()):
                    low, high = figures.wilson(part, whole)
                    few = figures.wilson(0, whole)[1] > most
                    above = high > most
                    mark = "" if not above else "  too few to tell" if few else "  ABOVE"
                    wrong += above and not few
                    lines.append(f"  {key:14} {part:5} of {whole:6} = {100 * part / whole:.3f} % "
                                 f"[{100 * low:.3f}, {100 * high:.3f}]{mark}")  # fmt: skip
                out[f"{way} {name} {kind} above"] = wrong
    return lines, out, errors
