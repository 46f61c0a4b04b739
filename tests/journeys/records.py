"""Open and sealed records that several journeys load."""

import io
import json
from typing import Any

from maillon.model import Act, Label, Mode
from maillon.sources import adapter
from maillon.store import Order
from maillon.workspace import Workspace

OPEN = Label("police", purposes=("linking", "screening", "review"), legal_basis="Police Act, s. 1")
SEALED = Label("police", compartment="vault", purposes=("linking", "screening", "review"),
               legal_basis="Police Act, s. 1", statistics=False)  # fmt: skip


def person(key: str, name: str, **properties: list[str]) -> dict[str, Any]:
    given, _, family = name.partition(" ")
    base = {"name": [name], "firstName": [given], "lastName": [family]}
    return {"id": key, "schema": "Person", "properties": {**base, **properties}}


def call(key: str, one: str, two: str, day: str) -> dict[str, Any]:
    return {"id": key, "schema": "Call",
            "properties": {"caller": [one], "receiver": [two], "date": [day]}}  # fmt: skip


OPEN_RECORDS = [
    person("t1", "Amos Verner", topics=["crime.terror"], birthDate=["1980-02-03"],
           passportNumber=["RX77120"]),
    person("t1b", "Amos Werner", birthDate=["1980-02-03"], passportNumber=["RX77120"]),
    person("m1", "Bela Konrad", birthDate=["1985-06-07"], phone=["+88845550001"]),
    person("c1", "Cyril Dusek", topics=["crime.traffick.drug"], birthDate=["1979-01-02"]),
    *(call(f"k{n}", "t1b", "m1", f"2026-01-0{n}") for n in range(1, 5)),
    *(call(f"l{n}", "m1", "c1", f"2026-02-0{n}") for n in range(1, 5)),
    {"id": "p1", "schema": "Payment", "properties": {"payer": ["t1b"], "beneficiary": ["m1"],
     "date": ["2026-01-06"], "amount": ["900"], "currency": ["EUR"]}},
    {"id": "p2", "schema": "Payment", "properties": {"payer": ["m1"], "beneficiary": ["c1"],
     "date": ["2026-02-06"], "amount": ["850"], "currency": ["EUR"]}},
]  # fmt: skip

SEALED_RECORDS = [
    person("s1", "Amos Verner", birthDate=["1980-02-03"], passportNumber=["RX77120"],
           phone=["+88845550001"], topics=["crime.traffick.drug"]),
    person("s2", "Bela Konrad", birthDate=["1985-06-07"], phone=["+88845550001"],
           topics=["crime.terror"]),
    *(call(f"q{n}", "s1", "c1", f"2026-01-1{n}") for n in range(5)),
]  # fmt: skip

OPEN_PLACES = [
    {"id": "a1", "schema": "Address",
     "properties": {"full": ["Quay 4"], "latitude": ["43.3"], "longitude": ["5.36"]}},
    person("m1", "Bela Konrad", addressEntity=["a1"]),
]  # fmt: skip
SEALED_PLACES = [
    {"id": "a9", "schema": "Address", "properties": {"latitude": ["52.5"], "longitude": ["13.4"]}},
    {"id": "e9", "schema": "RealEstate", "properties": {"country": ["mt"]}},
    {"id": "j9", "schema": "Trip", "properties": {"startLocation": ["a1", "a9"]}},
    {"id": "o9", "schema": "Ownership", "properties": {"owner": ["m1"], "asset": ["e9"]}},
    {"id": "g9", "schema": "Passenger", "properties": {"traveller": ["t1"], "trip": ["j9"]}},
    person("s1", "Amos Verner", addressEntity=["a1", "a9"]),
]  # fmt: skip
"""Sealed places of open people, at an open address too."""


def loaded(w: Workspace, dataset: str, label: Label, records: list[dict[str, Any]]) -> None:
    raw = io.BytesIO("".join(json.dumps(r) + "\n" for r in records).encode())
    order = Order(adapter("ftm-json"), dataset, label, mode=Mode.MESSAGES)
    w.load(w.view(Act.LOAD), raw, order)
