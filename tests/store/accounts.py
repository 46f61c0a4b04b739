"""Accounts of two agencies, one person with two of them; and the view of who decides."""

from dataclasses import replace

from maillon.model import Act, View
from maillon.store import Store

ACCOUNTS = """
[people.analyst2]
agencies = ["centre"]
purposes = ["linking", "review", "screening"]
person = "analyst"
roles = ["broker", "supervisor"]

[people.constable]
agencies = ["police"]
purposes = ["linking", "review"]
roles = ["broker"]

[people.chief]
agencies = ["police"]
purposes = ["linking", "review"]
roles = ["supervisor"]
compartments = ["vault"]
"""


def seen(store: Store, act: Act = Act.DECIDE, **changes: str) -> View:
    mandate = replace(store.settings.mandate, purpose="review", **changes)
    return store.policy.open(mandate, act)


def labels_of(store: Store, view: View, entity: str) -> set[int]:
    return {one.label for one in store.scan(view, "entity = ?", [entity])}
