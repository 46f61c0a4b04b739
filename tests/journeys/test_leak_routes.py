"""As test_leak.py, over HTTP: no route tells of a sealed record, in status, headers or body.

Two services answer the same requests, one over a workspace with a sealed record and one over the
same without. A route that is not called here fails the test that lists them.
"""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import httpx
import pytest

from maillon.web.api import routers
from maillon.web.app import document_of

from ..web.callers import BASIS, answering, by  # noqa: TID252 - the service as its own tests open it
from .test_leak import make

DOCUMENT = document_of(routers())
OPERATIONS = {
    one["operationId"]: (verb.upper(), path, one)
    for path, item in DOCUMENT["paths"].items()
    for verb, one in item.items()
    if path.startswith("/api/v1")
}
NEXT_MONTH = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()
YESTERDAY = (datetime.now(UTC).date() - timedelta(days=1)).isoformat()
NONE = "0123456789abcdef"
IDS = ("t1", "s1", "s2", "nobody")
"""One that is seen, two that are sealed or absent, one that is absent."""


def hit(subject: str, entry: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([subject, entry]).encode()).decode().rstrip("=")


PLACES: Mapping[str, tuple[str, ...]] = {
    "entity": IDS, "delivery": ("vault-000000000000",), "number": ("1", "9999999"),
    "hit": (hit("t1", "s1"), hit("t1b", "t1"), hit("nobody", "s1")),    "account": ("analyst", "nobody"), "case": ("C-1", NONE), "team": ("joint",),
}  # fmt: skip
"""What stands in the path of a route; `NONE` otherwise."""
QUERIES: Mapping[str, tuple[dict[str, str], ...]] = {
    "suggest": ({"prefix": "amos"}, {"prefix": "bel"}),
    "search_table": ({}, {"q": "Amos Verner"}, {"q": "Konrad", "dataset": "vault"}),
    "search": ({}, {"q": "Amos Verner"}, {"q": "RX77120"}, {"q": "Konrad", "dataset": "vault"}),
    "paths": tuple({"one": "t1", "other": other} for other in ("c1", "s1", "nobody")),
    "explain_pair": tuple({"left": "t1", "right": other} for other in ("t1b", "s1", "nobody")),
    "explain_chain": tuple({"left": "t1", "right": other} for other in ("t1b", "s1", "nobody")),
    "who_looked": ({"object": "t1"}, {"object": "s1"}),
    "list_categories": tuple({"entity": one} for one in IDS),
    "read_flags": tuple({"entity": one} for one in IDS),
    "list_consents": ({"recipient": "Interpol"},),
    "export_lead": ({"form": "svg"},),
    "list_judgements": (
        {},
        {"entity": "s1"},
        *({"entity": "t1", "other": one} for one in ("t1b", "s1", "nobody")),
    ),
    "list_hits": (
        {},
        {"list": "vault"},
        {"source": "vault"},
        {"subject": "s1"},
        {"entry": "t1"},
        {"from": "0.5", "to": ""},
        {"mine": "decided"},
        {"mine": "waits"},
        {"differ": "yes"},
        {"second": "yes"},
    ),
    "export_kept_chart": ({"form": "graphml"},),
    "send_delivery": ({"adapter": "ftm-json", "dataset": "late", "mode": "messages"},),
}
RECORD = {"id": "q", "schema": "Person",
          "properties": {"name": ["Amos Verner"], "birthDate": ["1980-02-03"]}}  # fmt: skip
GRADED = {"source": "B", "information": "2"}
WHY = {"reason": "it is asked"}


def of(entities: tuple[str, ...] = IDS, **more: Any) -> tuple[dict[str, Any], ...]:
    return tuple({"entity": one, **WHY, **more} for one in entities)


BODIES: Mapping[str, tuple[Any, ...]] = {
    "screen": ({"records": [RECORD]}, {"records": [RECORD], "lists": ["vault"]}),
    "replay": ({"records": [RECORD]},),
    "ask_job": ({"kind": "resolve"}, {"kind": "delta", "datasets": ["vault"]}),
    "ask_question": tuple(
        {"kind": "subject", "what": one, "expires": NEXT_MONTH, **WHY} for one in IDS
    ),
    "mark_seen": ({"notices": [NONE]},),
    "state_fact": tuple(
        {"schema": "Person", "properties": {"name": ["A B"]}, "grade": GRADED, "entity": one, **WHY}
        for one in ("t1", "s1", "nobody")
    ),
    "correct_fact": (
        {"schema": "Person", "properties": {"name": ["A B"]}, "grade": GRADED, **WHY},
    ),
    "refuse_proposal": (WHY,),
    "keep_search": ({"q": "Amos Verner"}, {"q": "Konrad", "dataset": "vault"}),
    "confirm_table": ({"date_order": "dmy"},),
    "map_table": ({"mapping": "queries: []", "dataset": "vault"},),
    "try_table": ({"mapping": ""},),
    "preview_table": ({"mapping": "queries: []"},),
    "load_table": ({"dataset": "late"},),
    "begin_screening": ({"lists": ["vault"]}, {"columns": {"0": "name"}}),
    "validate_hit": ({"verdict": "no match", "weighed": ["name"], **WHY},),
    "validate_hits": tuple(
        {"hits": [{"hit": hit("t1b", one), "revision": "x", "weighed": []} for one in ("t1", other)],
         "verdict": "no match", **WHY}
        for other in ("s1", "nobody")
    ),
    "second_hit": ({"verdict": NONE},),
    "look_again": ({"verdict": "match", "weighed": ["name"], **WHY},),
    "settle_disagreement": ({"verdict": "match", "weighed": ["name"], **WHY},),
    "assess_lead": ({"state": "open", **WHY},),
    "validate_lead": ({"verdict": "not assessable", "weighed": ["a"], **WHY},),
    "second_lead": ({"verdict": NONE},),
    "undo_verdict": (WHY,),
    "show_nodes": ({"ids": list(IDS)}, {"ids": list(IDS), "fresh": ["s1", "t1"]}),
    "show_places": ({"ids": list(IDS)}, {"ids": ["s1", "t1"], "from": "2026-01", "until": "2030"}),
    "add_around": tuple({"entity": one, "held": list(IDS)} for one in IDS),
    "note_picture": tuple({"ids": [one], "form": "svg"} for one in IDS),
    "export_chart": tuple(
        {"nodes": [{"id": one, "x": 1, "y": 2.5} for one in some], "form": form}
        for form, some in product(("ftm", "anx"), (("m1", "s1"), IDS))
    ),
    "keep_chart": ({"nodes": [{"id": one, "x": 1, "y": 2.5} for one in IDS]},),
    "change_chart": ({"title": "a", "nodes": []},),
    "judge_pair": tuple(
        {"left": "t1", "right": one, "verdict": "negative", **WHY} for one in ("c1", "s1", "nobody")
    ),
    "revoke_judgement": (WHY,),
    "clear_record": tuple(
        {"subject": "m1", "entry": one, **WHY} for one in ("t1", "s2", "nobody")
    ),
    "end_clearing": (WHY,),
    "protect_entity": of(kind="witness", basis=BASIS),
    "lift_protection": (WHY,),
    "categorise_person": of(category="suspect"),
    "ask_glass": ({"compartment": "vault", "hours": 2, **WHY},),
    "open_case": (
        {"regime": "terrorism", "purposes": ["linking"], "agencies": ["centre"],
         "expires": NEXT_MONTH, **WHY},
    ),
    "renew_case": ({"expires": NEXT_MONTH, **WHY},),
    "close_case": (WHY,),
    "add_member": ({"account": "analyst", "agency": "centre"},),
    "declare_interest": ({"conflict": False, **WHY},),
    "found_team": (
        {"name": "joint", "agencies": ["centre"], "purposes": ["linking"], "compartment": "joint",
         "agreement": "A 1", "since": YESTERDAY, "until": NEXT_MONTH, "exit_rule": "nothing",
         "exit_days": 30},
    ),
    "enter_team": ({"account": "analyst", "agency": "centre"},),
    "propose_anchor": of(topic="crime.terror", basis=BASIS, grade="B2", expires=NEXT_MONTH),
    "end_anchor": (WHY,),
    "give_consent": (
        {"code": "TLP 2.0/TLP:AMBER", "recipient": "Interpol", "until": NEXT_MONTH, **WHY},
    ),
    "sanitise_text": ({"text": "x", "entities": ["s1"], "label": {"scheme": "TLP 2.0", "code": "TLP:GREEN"},
                       "what": "names", "by": "hand"},),
    "check_release": tuple(
        {"text": "x", "entities": [one], "recipient": "Interpol"} for one in IDS
    ),
    "answer_pointer": ({"state": "declined", "answer": "nothing"},),
    "file_request": tuple(
        {"kind": "access", "reference": f"R {one}", "received": YESTERDAY, "entities": [one],
         "channel": "subject"}
        for one in IDS
    ),
    "name_entities": ({"entities": ["s1"]},),
    "extend_request": (WHY,),
    "propose_outcome": ({"outcome": "grant", "ground": ""},),
    "decide_request": ({"agreed": True},),
    "note_breach": (
        {"what": "lost", "noticed": f"{YESTERDAY}T02:00:00+00:00",
         "since": f"{YESTERDAY}T00:00:00+00:00", "until": f"{YESTERDAY}T01:00:00+00:00",
         "account": "", "datasets": ["vault"]},
    ),
    "decide_review": ({"outcome": "expire", **WHY},),
    "erase_data": ({"target": "entity:s1", "rule": "erasure", **WHY},),
    "restrict_data": ({"target": "entity:s1", "rule": "accuracy", **WHY},),
    "lift_restriction": (WHY,),
    "note_evidence": of(),
    "place_hold": (
        {"target": "entity:s1", "authority": "court", "review": NEXT_MONTH, **WHY},
    ),
    "release_hold": (WHY,),
    "ask_unmasking": ({"entities": ["s1"], "case": "C-1", "until": NEXT_MONTH, **WHY},),
    "decide_unmasking": ({"approved": False},),
    "note_transfer": ({"target": "entity:s1", "recipient": "Interpol", "reference": "T 1"},),
    "tell_correction": ({"target": "entity:s1", **WHY},),
    "acknowledge_notice": ({"acknowledgement": "A 1"},),
}  # fmt: skip
"""What is sent to each route that takes a body."""
ASKED_BY = {
    "ledger": "analyst", "files/screenings": "screener", "screening-files": "screener",
    "files": "clerk", "onboardings": "clerk", "mappings": "clerk", "facts": "clerk", "proposals": "clerk",
    "screenings": "screener", "replays": "screener", "around": "linker", "paths": "linker",
    "canonical": "linker", "clusters": "linker", "changes": "linker", "jobs": "linker",
    "pairs": "linker", "retention": "keeper",
}  # fmt: skip
_LOTS = re.compile(
    r"[0-9a-f]{12,64}|\d{4}-[0-9a-f]{8}|\d{4}-\d\d-\d\dT[\d:.+]+|\"number\":\d+"
    r'|"(?:place|next)":"[^"]*"'
)
"""Ids and moments, which are drawn by lot or by the clock; numbers of the ledger's entries, which
tell how many acts there were, not on what."""
_OWN = frozenset({"content-length", "date", "x-request-id", "traceparent", "tracestate", "etag"})


@pytest.fixture(scope="module")
def both(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[httpx.Client, httpx.Client]]:
    folder = tmp_path_factory.mktemp("leak")
    with_it, without = make(folder / "a", sealed=True), make(folder / "b", sealed=False)
    with answering(with_it) as one, answering(without) as other:
        yield one, other
    with_it.store.close()
    without.store.close()


@pytest.fixture(scope="module")
def lead(both: tuple[httpx.Client, httpx.Client]) -> str:
    found = both[1].get("/api/v1/leads", headers=by("analyst")).json()
    return str(found["items"][0]["ids"][0])


def asked(operation: str, lead: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield method, path and what else of each request to a route."""
    verb, path, said = OPERATIONS[operation]
    names = re.findall(r"{(\w+)}", path)
    who = next((one for word, one in ASKED_BY.items() if word in path), "analyst")
    content = said.get("requestBody", {}).get("content", {})
    bodies: tuple[Any, ...] = BODIES.get(operation, (None,))
    places = {**PLACES, "lead": (lead, NONE)}
    for place in product(*(places.get(name, (NONE,)) for name in names)):
        for query, body in product(QUERIES.get(operation, ({},)), bodies):
            more: dict[str, Any] = {"params": query, "headers": by(who) | {"if-match": '"x"'}}
            if "application/json" in content and body is not None:
                more["json"] = body
            elif "application/octet-stream" in content:
                more["content"] = json.dumps(RECORD).encode()
            yield verb, path.format(**dict(zip(names, place, strict=True))), more


def told(answer: httpx.Response) -> tuple[int, list[tuple[str, str]], str]:
    headers = sorted(
        (name, _LOTS.sub("ID", value)) for name, value in answer.headers.items() if name not in _OWN
    )
    return answer.status_code, headers, _LOTS.sub("ID", answer.text)


def test_every_route_with_a_body_is_called_with_one() -> None:
    wanted = {
        name
        for name, (_, _, said) in OPERATIONS.items()
        if "application/json" in said.get("requestBody", {}).get("content", {})
    }
    assert wanted == set(BODIES)


OWN_ACTS = frozenset({"list_entries"})
"""Who loaded the sealed file reads in the ledger that he did."""


@pytest.mark.parametrize("operation", sorted(set(OPERATIONS) - OWN_ACTS))
def test_a_sealed_record_changes_no_answer(
    both: tuple[httpx.Client, httpx.Client], lead: str, operation: str
) -> None:
    statuses, texts = set(), []
    for verb, path, more in asked(operation, lead):
        one, other = (client.request(verb, path, **more) for client in both)
        assert told(one) == told(other), f"{verb} {path} {more}"
        statuses.add(one.status_code)
        texts.append(one.text)
    assert max(statuses) < 500
    assert not statuses & {401, 422}, f"not valid, it asks nothing: {texts[0]}"
