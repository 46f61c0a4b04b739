"""Our own API over the data: records, screening, resolution, deliveries, jobs, facts, ledger."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from maillon.web.worker import run_worker
from maillon.workspace.workspace import Workspace

from .callers import answering, by
from .conftest import LIST, SEALED, load, make

API = "/api/v1"
GRADED = {"source": "B", "information": "2"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = make(tmp_path_factory.mktemp("data") / "w")
    with Workspace.open(made) as workspace:
        load(workspace, "vault", SEALED, compartment="vault")
    return made


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[httpx.Client]:
    with Workspace.open(folder) as workspace, answering(workspace) as client:
        yield client


def got(client: httpx.Client, path: str, who: str = "analyst", **params: Any) -> Any:
    answer = client.get(API + path, params=params, headers=by(who))
    assert answer.status_code == 200, answer.text
    return answer.json()


def posted(client: httpx.Client, path: str, body: Any, who: str = "analyst", **headers: str) -> Any:
    answer = client.post(API + path, json=body, headers=by(who) | headers)
    assert answer.status_code in {200, 201, 202}, answer.text
    return answer.json()


def all_of(client: httpx.Client, path: str, who: str = "analyst", **params: Any) -> list[Any]:
    found, cursor = [], ""
    while True:
        said = got(client, path, who, cursor=cursor, **params)
        found += said["items"]
        cursor = said["next"]
        if not cursor:
            return found


# -- records


def test_records_are_found_by_words(client: httpx.Client) -> None:
    said = got(client, "/records", q="Zenda")
    assert [one["id"] for one in said["items"]] == ["rt-1"]
    assert said["total"] == 1
    assert said["facets"]["schema"] == {"Person": 1}


def test_a_search_goes_on_page_by_page(client: httpx.Client) -> None:
    found = all_of(client, "/records", limit=2)
    assert len({one["id"] for one in found}) == len(found) == got(client, "/records")["total"]


def test_hidden_and_absent_records_are_one_answer(client: httpx.Client) -> None:
    hidden = client.get(f"{API}/records/se-1", headers=by("analyst"))
    absent = client.get(f"{API}/records/no-1", headers=by("analyst"))
    assert (hidden.status_code, absent.status_code) == (404, 404)
    assert hidden.text.replace("se-1", "X") == absent.text.replace("no-1", "X")
    assert got(client, "/records", q="Mauban")["items"] == []


def test_names_are_suggested_as_they_are_typed(client: httpx.Client) -> None:
    said = got(client, "/records/suggestions", prefix="rudolf iv")
    assert [one["id"] for one in said["items"]] == ["rt-1"]


def test_a_record_has_all_that_is_said_of_it(client: httpx.Client) -> None:
    said = got(client, "/records/rt-1")
    assert said["properties"]["passportNumber"] == ["AB 1234567"]
    held = all_of(client, "/records/rt-1/statements", limit=3)
    place = {one["locator"] for one in held}
    assert place == {"line:1"}
    assert {one["value"] for one in held if one["prop"] == "birthDate"} == {"1965-03-02"}


def test_around_a_record_counts_come_with_a_page(client: httpx.Client) -> None:
    said = got(client, "/records/rt-1/around", "linker")
    assert said["id"] == got(client, "/canonical/rt-1", "linker")["canonical_id"]
    assert said["page"]["total"] == len(said["neighbours"])
    assert (
        client.get(f"{API}/records/rt-1/around?type=magic", headers=by("linker")).status_code == 422
    )


def test_paths_between_two_show_their_evidence(client: httpx.Client) -> None:
    said = got(client, "/paths", "linker", one="rt-1", other="co-1")
    assert said["complete"] is True
    assert said["paths"][0]["hops"][0]["statements"]
    gone = client.get(f"{API}/paths?one=rt-1&other=se-1", headers=by("linker"))
    assert gone.status_code == 404


# -- screening

ASKED = {"records": [
    {"id": "q1", "schema": "Person",
     "properties": {"name": ["Rudolf Ivanovitch Zenda"], "birthDate": ["1965-03-02"]}},
    {"id": "q2", "schema": "Person", "properties": {"name": ["Nobody Atall"]}},
    {"id": "q3", "schema": "Person", "properties": {"name": ["Antoinette de Mauban"]}},
    {"id": "q4", "schema": "Person", "properties": {"name": [""]}},
]}  # fmt: skip


def test_a_screening_leaves_a_receipt_that_holds(client: httpx.Client) -> None:
    said = posted(client, "/screenings", ASKED, "screener")
    by_id = {one["id"]: one for one in said["answers"]}
    assert [hit["id"] for hit in by_id["q1"]["hits"]] == ["rt-1"]
    assert by_id["q2"] == {"id": "q2", "status": "ok", "hits": [], "locator": "line:2"}
    assert by_id["q3"]["hits"] == []
    assert by_id["q4"]["status"] == "could_not_look"
    receipt = said["receipt"]
    assert receipt in {one["receipt"] for one in all_of(client, "/receipts", "screener")}
    again = posted(client, f"/receipts/{receipt}/replays", ASKED, "screener")
    assert again["verdict"] == "identical"
    other = {"records": ASKED["records"][:2]}
    assert posted(client, f"/receipts/{receipt}/replays", other, "screener")["verdict"] == "differs"
    bare = client.post(f"{API}/receipts/{receipt}/replays", headers=by("screener"))
    assert bare.status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        {}, {"records": []}, {"records": [{"properties": {"name": "text"}}]},
        {"records": [{"properties": {"name": ["x"]}}], "use": "nonsense"},
        {"records": [{"properties": {"name": ["x"]}}], "threshold": 0.1},
        {"records": [{"properties": {"name": ["x"]}}], "more": 1},
        {"records": [{"properties": {"name": ["x"]}}] * 101},
    ],
)  # fmt: skip
def test_what_cannot_be_screened_is_not_valid(client: httpx.Client, body: Any) -> None:
    answer = client.post(f"{API}/screenings", json=body, headers=by("screener"))
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_mandate_for_another_purpose_screens_nobody(client: httpx.Client) -> None:
    answer = client.post(f"{API}/screenings", json=ASKED, headers=by("clerk"))
    assert answer.status_code == 403
    assert answer.json()["rule"]


# -- resolution, deliveries


def test_an_id_stands_for_its_canonical_one(client: httpx.Client) -> None:
    said = got(client, "/canonical/rt-1", "linker")
    assert said == {"id": "rt-1", "canonical_id": said["canonical_id"]}
    assert client.get(f"{API}/canonical/se-1", headers=by("linker")).status_code == 404
    assert got(client, "/clusters", "linker")["next"] is None
    assert got(client, "/changes", "linker")["next"] is None


def test_deliveries_are_those_that_the_mandate_sees(client: httpx.Client) -> None:
    found = all_of(client, "/deliveries", limit=1)
    assert [one["dataset"] for one in found][:2] == ["rt_list", "rt_other"]
    assert "vault" not in {one["dataset"] for one in found}
    assert got(client, f"/deliveries/{found[0]['id']}") == found[0]
    assert client.get(f"{API}/deliveries/vault-1", headers=by("analyst")).status_code == 404


def test_formats_say_which_options_they_take(client: httpx.Client) -> None:
    found = {one["name"]: one for one in got(client, "/formats")["items"]}
    assert found["ftm-json"]["mode"] in {"snapshot", "messages"}
    assert "mapping" in found["csv"]["options"]


# -- jobs and files


def lines(records: list[dict[str, object]]) -> bytes:
    return "".join(json.dumps(one) + "\n" for one in records).encode()


def send(client: httpx.Client, path: str, raw: bytes, who: str, **headers: str) -> Any:
    sent = {"content-type": "application/octet-stream", **by(who), **headers}
    return client.post(API + path, content=raw, headers=sent)


def test_a_file_is_loaded_by_a_job_once_under_a_key(folder: Path, client: httpx.Client) -> None:
    path = "/files/deliveries?adapter=ftm-json&dataset=sent&mode=messages"
    first = send(client, path, lines(LIST[3:4]), "clerk", **{"idempotency-key": "f1"})
    again = send(client, path, lines(LIST[3:4]), "clerk", **{"idempotency-key": "f1"})
    assert first.status_code == again.status_code == 202
    job = first.json()["job"]
    assert again.json()["job"] == job
    assert first.headers["location"] == f"{API}/jobs/{job}"
    other = send(client, path, lines(LIST[:1]), "clerk", **{"idempotency-key": "f1"})
    assert other.status_code == 409
    run_worker(folder, once=True)
    said = got(client, f"/jobs/{job}", "clerk")
    assert (said["state"], said["result"]["entities"]) == ("done", 1)
    assert client.get(f"{API}/jobs/{job}", headers=by("overseer")).status_code == 404


def test_a_file_of_questions_becomes_lines_of_answers(folder: Path, client: httpx.Client) -> None:
    raw = lines([{"id": "a", "schema": "Person", "properties": {"name": ["Rudolf Zenda"]}}])
    job = send(client, "/files/questions?threshold=0.5", raw, "screener").json()["job"]
    run_worker(folder, once=True)
    answer = client.get(f"{API}/jobs/{job}/result", headers=by("screener"))
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert [json.loads(one)["id"] for one in answer.text.splitlines()] == ["a"]
    gone = client.delete(f"{API}/jobs/{job}", headers=by("screener"))
    assert gone.status_code == 204
    assert client.get(f"{API}/jobs/{job}/result", headers=by("screener")).status_code == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/files/deliveries?adapter=none&dataset=sent", 422),
        ("/files/deliveries?adapter=ftm-json&dataset=No", 422),
        ("/files/deliveries?adapter=ftm-json&dataset=sent&options=[]", 422),
        ("/files/deliveries?adapter=ftm-json", 422),
        ("/files/questions?threshold=2", 422),
    ],
)
def test_a_file_for_no_order_is_not_taken(client: httpx.Client, path: str, status: int) -> None:
    assert send(client, path, b"x\n", "clerk").status_code == status
    assert (
        send(client, "/files/deliveries?adapter=ftm-json&dataset=sent", b"", "clerk").status_code
        == 422
    )
    assert (
        send(client, "/files/deliveries?adapter=ftm-json&dataset=s", b"x", "overseer").status_code
        == 403
    )


def test_a_job_is_watched_until_it_ends(folder: Path, client: httpx.Client) -> None:
    job = posted(client, "/jobs", {"kind": "resolve"}, "linker")["job"]
    assert job in {one["job"] for one in all_of(client, "/jobs", "linker", limit=1)}
    run_worker(folder, once=True)
    answer = client.get(f"{API}/jobs/{job}/events", headers=by("linker"))
    assert answer.headers["content-type"].startswith("text/event-stream")
    (data,) = [one for one in answer.text.splitlines() if one.startswith("data:")]
    assert json.loads(data.removeprefix("data:"))["state"] == "done"


def test_a_job_that_waits_is_cancelled(client: httpx.Client) -> None:
    job = posted(client, "/jobs", {"kind": "trace"}, "linker")["job"]
    assert posted(client, f"/jobs/{job}/cancellation", None, "linker")["state"] == "cancelled"


# -- facts, questions, intake, ledger


def fact(**more: Any) -> dict[str, Any]:
    return {"schema": "Person", "properties": {"name": ["Black Michael"]}, "reason": "seen",
            "grade": GRADED, **more}  # fmt: skip


def test_a_fact_is_stated_once_and_corrected_by_another(client: httpx.Client) -> None:
    first = posted(client, "/facts", fact(), "clerk", **{"idempotency-key": "fact-1"})
    again = posted(client, "/facts", fact(), "clerk", **{"idempotency-key": "fact-1"})
    assert first == again
    path = f"/facts/{first['delivery']}/correction"
    posted(client, path, fact(properties={"name": ["Michael of Strelsau"]}), "clerk")
    held = {one["delivery"]: one["standing"] for one in all_of(client, "/facts", "clerk", limit=1)}
    assert held[first["delivery"]] is False
    stale = client.post(API + path, json=fact(), headers=by("clerk"))
    assert stale.status_code == 412


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (fact(reason=" "), 422),
        (fact(grade={"source": "G", "information": "2"}), 422),
        (fact(properties={}), 422),
        (fact(properties={"name": ["x"], "religion": ["y"]}), 403),
        (fact(schema="Nothing"), 422),
        (fact(entity="se-1"), 404),
        (fact(entity="no-1"), 404),
    ],
)
def test_a_fact_that_may_not_be_stated_is_not(client: httpx.Client, body: Any, status: int) -> None:
    answer = client.post(f"{API}/facts", json=body, headers=by("clerk"))
    assert answer.status_code == status, answer.text


def test_a_question_stands_until_it_is_ended(client: httpx.Client) -> None:
    body = {"kind": "subject", "what": "rt-1", "expires": "2027-01-31", "reason": "case 7"}
    made = posted(client, "/questions", body)
    assert made["state"] == "open"
    assert (
        client.delete(f"{API}/questions/{made['question']}", headers=by("analyst")).status_code
        == 204
    )
    held = {one["question"]: one["state"] for one in got(client, "/questions")["items"]}
    assert held[made["question"]] == "ended"
    hidden = client.post(f"{API}/questions", json=body | {"what": "se-1"}, headers=by("analyst"))
    assert hidden.status_code == 404
    assert got(client, "/notices")["items"] == []
    assert posted(client, "/notices/seen", {"notices": ["0" * 16]}) == {"count": 0}


def test_news_count_since_the_last_visit(client: httpx.Client) -> None:
    since = posted(client, "/visits", None)["at"]
    assert got(client, "/news")["since"] == since


def test_intake_lists_what_waits(client: httpx.Client) -> None:
    assert got(client, "/proposals")["items"] == []
    assert got(client, "/sources")["items"] == []
    gone = client.post(f"{API}/proposals/{'0' * 16}/acceptance", headers=by("clerk"))
    assert gone.status_code == 404
    kept = client.post(
        f"{API}/proposals/{'0' * 16}/refusal", json={"reason": "r"}, headers=by("clerk")
    )
    assert kept.status_code == 404


def test_the_ledger_tells_each_account_its_own_acts(client: httpx.Client) -> None:
    found = got(client, "/ledger/entries", limit=5)
    assert {one["who"] for one in found["items"]} == {"analyst"}
    numbers = [one["number"] for one in all_of(client, "/ledger/entries", limit=400)]
    assert numbers == sorted(numbers, reverse=True)
    for path in ("days", "misuses", "habits", "export"):
        refused = client.get(f"{API}/ledger/{path}", headers=by("analyst"))
        assert (refused.status_code, refused.json()["code"]) == (403, "refused")


def test_an_export_takes_a_person_who_proved_anew(client: httpx.Client) -> None:
    answer = client.get(f"{API}/ledger/export", headers=by("stale"))
    assert (answer.status_code, answer.json()["code"]) == (401, "step-up")


def test_oversight_reads_every_account(client: httpx.Client) -> None:
    found = got(client, "/ledger/entries", "overseer", limit=400)["items"]
    assert {"analyst", "overseer"} <= {one["who"] for one in found}
    got(client, "/records/rt-1/statements")
    seen = got(client, "/ledger/looks", "overseer", object="rt-1")["items"]
    assert {one["who"] for one in seen} == {"analyst"}
    assert got(client, "/ledger/days", "overseer")["items"]
    assert got(client, "/ledger/misuses", "overseer")["next"] is None
    assert got(client, "/ledger/habits", "overseer", since="2026-01-01")["items"] == []
    answer = client.get(f"{API}/ledger/export", headers=by("overseer"))
    assert answer.text.startswith("maillon ledger export 1")
    proof = client.get(f"{API}/ledger/proofs/1", headers=by("overseer"))
    assert proof.status_code == 404  # no checkpoint was made


def test_every_answer_has_the_shape_that_is_documented(client: httpx.Client) -> None:
    said = client.get("/openapi.json").json()
    for path, item in said["paths"].items():
        for verb, one in item.items():
            if path.startswith(API):
                assert {"401", "403", "404", "422", "429"} <= set(one["responses"]), (path, verb)
                assert one["security"], path
