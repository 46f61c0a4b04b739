"""Who stands on the chart of the browser tests: a hub with its neighbours, and hostile names."""

from collections.abc import Iterator
from typing import Any

from tests.journeys.records import call
from tests.journeys.records import person as record

BIDI = {
    "b1": ("محمد (Mohamed) 1985", "محمد (Mohamed) 1985"),
    "b2": ("user\u202egnp.exe", "user[RIGHT-TO-LEFT OVERRIDE]gnp.exe"),
    "b3": ("张伟 / 張偉", "张伟 / 張偉"),
    "b4": ("الطويل" * 40, ("الطويل" * 40)[:39] + "…"),
    "b5": ("José Ångström", "José Ångström"),
    "b6": ("<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"),
}
"""Hostile names and the labels that are drawn. Source: the house's samples of labels."""
FRIENDS = 120


def records() -> Iterator[dict[str, Any]]:
    yield record("h0", "Hedvika Novotna", birthDate=["1951-01-01"])
    for n in range(FRIENDS):
        name = (
            f"{'BCDFGHKLMNPR'[n % 12]}{'aeiou'[n % 5]}{'bdgkmnrst'[n % 9]}o {chr(65 + n % 26)}{n}"
        )
        yield record(f"f{n}", name, birthDate=[f"{1952 + n % 40}-{1 + n % 12:02}-{1 + n % 27:02}"])
        yield call(f"hc{n}", "h0", f"f{n}", f"{2020 + n % 6}-03-{1 + n % 27:02}")
    for key, (name, _) in BIDI.items():
        yield {"id": key, "schema": "Person", "properties": {"name": [name]}}
        yield call(f"bc{key}", key, "f1", "2024-05-06")
