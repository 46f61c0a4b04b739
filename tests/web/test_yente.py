import json
import re

import httpx
import pytest

RUDOLF = {
    "schema": "Person",
    "properties": {"name": ["Rudolf Zenda"], "birthDate": ["1965"], "country": "Russia"},
}
SHAPE = {
    "id", "caption", "schema", "properties", "datasets", "referents", "target", "first_seen",
    "last_seen", "last_change",
}  # fmt: skip


def match(client: httpx.Client, queries: object, **params: object) -> httpx.Response:
    return client.post("/match/default", json={"queries": queries}, params=params)  # type: ignore[arg-type]


def results(client: httpx.Client, query: object, **params: object) -> list[dict[str, object]]:
    response = match(client, {"q": query}, **params)
    assert response.status_code == 200, response.text
    found: list[dict[str, object]] = response.json()["responses"]["q"]["results"]
    return found


def test_a_match_is_a_whole_record_with_score_and_reasons(client: httpx.Client) -> None:
    response = match(client, {"a": RUDOLF, "b": {**RUDOLF, "id": "mine"}})
    said = response.json()
    assert response.headers["x-batch-size"] == "2"
    assert said["limit"] == 5
    one = said["responses"]["a"]
    assert one["query"]["properties"]["country"] == ["ru"]
    assert said["responses"]["b"]["query"]["id"] == "mine"
    (hit,) = one["results"]
    assert hit.keys() == SHAPE | {"score", "match", "explanations"}
    assert hit["id"] == "rt-1"
    assert hit["match"] is True
    assert hit["target"] is True
    assert hit["first_seen"] == "2023-04-20T18:00:25"
    assert set(hit["referents"]) == {"old-1", "older-1"}
    total = sum(feature["score"] for feature in hit["explanations"].values())
    assert hit["explanations"]["name"]["score"] > 0
    assert hit["explanations"]["birth_date"]["query"]
    assert total > 0


@pytest.mark.parametrize(
    ("params", "count"),
    [
        ({"include_dataset": "rt_other"}, 0),
        ({"include_dataset": ["rt_other", "rt_list"]}, 1),
        ({"exclude_dataset": "rt_list"}, 0),
        ({"topics": "crime.cyber"}, 0),
        ({"topics": ["crime.cyber", "sanction"]}, 1),
        ({"exclude_schema": "Person"}, 0),
        ({"changed_since": "2099-01-01"}, 0),
        ({"changed_since": "2001-01-01T00:00"}, 1),
        ({"exclude_entity_ids": "rt-1"}, 0),
        ({"exclude_entity_ids": "older-1"}, 0),
        ({"limit": 0}, 0),
        ({"threshold": 1.5, "cutoff": 0.5}, 1),
        ({"algorithm": "name-based"}, 1),
        ({"algorithm": "Best "}, 1),
    ],
)
def test_conditions_choose_among_hits(
    client: httpx.Client, params: dict[str, object], count: int
) -> None:
    assert len(results(client, RUDOLF, **params)) == count


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"queries": {}}, 400),
        ({"queries": {"q": {"schema": "xxx", "properties": {}}}}, 400),
        ({"queries": {"q": {"schema": "Ownership", "properties": {}}}}, 400),
        ({"queries": {"q": {"properties": {"name": "x"}}}}, 422),
        ({"queries": {str(n): RUDOLF for n in range(101)}}, 400),
        ({"queries": {"q": RUDOLF}, "config": {"unknown": 1}}, 400),
        ([], 422),
    ],
)
def test_a_wrong_batch_is_refused(client: httpx.Client, body: object, status: int) -> None:
    response = client.post("/match/default", json=body)
    assert response.status_code == status
    assert "detail" in response.json()


def test_an_unknown_algorithm_is_refused(client: httpx.Client) -> None:
    assert match(client, {"q": RUDOLF}, algorithm="neural-net").status_code == 400


def test_what_clients_send_loosely_is_understood(client: httpx.Client) -> None:
    query = {"schema": "Person", "properties": {"name": "Rudolf Zenda", "birthDate": [1965]}}
    response = client.post("/match/default", content=json.dumps({"queries": {"q": query}}))
    assert response.status_code == 200
    said = response.json()["responses"]["q"]
    assert said["query"]["properties"]["birthDate"] == ["1965"]
    assert said["results"][0]["id"] == "rt-1"
    parts = {"schema": "Person", "properties": {"firstName": "Rudolf", "lastName": "Zenda"}}
    assert results(client, parts)[0]["id"] == "rt-1"


def test_a_record_without_topics_can_be_matched(client: httpx.Client) -> None:
    query = {"schema": "Company", "properties": {"name": ["Black Tower Shipping Limited"]}}
    assert results(client, query)[0]["id"] == "co-2"


def test_a_person_is_no_company(client: httpx.Client) -> None:
    assert not results(client, {"schema": "Company", "properties": RUDOLF["properties"]})


def test_search_finds_words_in_either_script(client: httpx.Client) -> None:
    for words in ("rudolf zenda", "Зенда", "strelsau castle"):
        said = client.get("/search/default", params={"q": words}).json()
        assert said["total"]["value"] >= 1, words
        assert said["results"][0].keys() == SHAPE
    assert client.get("/search/default?q=zenda flavia").json()["total"]["value"] == 0


def test_search_finds_part_of_a_number(client: httpx.Client) -> None:
    said = client.get("/search/default?q=234567").json()
    assert [one["id"] for one in said["results"]] == ["rt-1"]
    assert client.get("/search/default?q=234568").json()["total"]["value"] == 0


@pytest.mark.parametrize(
    ("params", "ids"),
    [
        ({"q": "zenda", "schema": "Vessel"}, []),
        ({"q": "zenda", "countries": ["ke", "ru"]}, ["rt-1"]),
        ({"q": "zenda", "countries": ["ke", "ru"], "filter_op": "AND"}, []),
        ({"q": "zenda", "filter": "properties.birthDate:1965-03-02"}, ["rt-1"]),
        ({"q": "zenda", "filter": "properties.birthDate:1972-01-26"}, []),
        ({"q": "", "topics": "role.pep"}, ["ot-1"]),
        ({"q": "", "target": "true", "schema": "Company"}, ["co-1"]),
        ({"q": "zenda", "exclude_dataset": "rt_list"}, []),
        ({"q": "zenda", "include_dataset": "rt_other"}, []),
        ({"q": "zenda", "changed_since": "2099-01-01T00:00"}, []),
        ({"q": "zenda", "offset": 100}, []),
        ({"q": "zenda", "limit": 0}, []),
        ({"q": "zendo", "fuzzy": True, "simple": True}, ["rt-1"]),
        ({"q": "names:zenda AND NOT hentzau"}, ["rt-1"]),
    ],
)
def test_search_narrows(client: httpx.Client, params: dict[str, object], ids: list[str]) -> None:
    response = client.get("/search/default", params=params)  # type: ignore[arg-type]
    assert response.status_code == 200, response.text
    assert [one["id"] for one in response.json()["results"]] == ids


def test_facets_count_what_was_found(client: httpx.Client) -> None:
    facets = client.get("/search/default").json()["facets"]
    assert facets.keys() == {"countries", "topics", "datasets"}
    counted = {one["name"]: one for one in facets["datasets"]["values"]}
    assert counted["rt_list"] == {"name": "rt_list", "label": "Ruritanian list", "count": 5}
    assert counted["rt_other"]["count"] == 1
    only = client.get("/search/rt_other?facets=schema&facets=topics").json()["facets"]
    assert [one["name"] for one in only["schema"]["values"]] == ["Person"]
    assert only.keys() == {"schema", "topics"}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/search/default?q=open/ended", 400),
        ("/search/default?q=open/ended&simple=true", 200),
        ("/search/default?schema=Banana", 400),
        ("/search/default?filter=banana", 400),
        ("/search/default?filter=banana:1", 400),
        ("/search/default?sort=caption", 400),
        ("/search/default?sort=first_seen:desc", 200),
        ("/search/banana", 404),
        ("/search/default?offset=9999", 422),
        ("/search/default?limit=10000", 422),
        ("/search/default?limit=500", 200),
        ("/search/default?limit=-5&offset=-5", 200),
        ("/search/default?changed_since=yesterday", 422),
        ("/search/default?q=" + "a" * 60_100, 414),
        ("/search/default?q=" + "b%20" * 300, 400),
        ("/entities/banana", 404),
        ("/entities/rt-1/adjacent/banana", 404),
        ("/entities/rt-1/adjacent/address", 404),
        ("/reconcile/banana", 404),
        ("/updatez", 405),
    ],
)
def test_what_cannot_be_asked_is_refused(client: httpx.Client, path: str, status: int) -> None:
    response = client.get(path)
    assert response.status_code == status, response.text
    if status >= 400:
        assert "detail" in response.json()


def test_an_entity_nests_what_is_beside_it(client: httpx.Client) -> None:
    said = client.get("/entities/rt-1").json()
    props = said["properties"]
    assert [one["id"] for one in props["addressEntity"]] == ["adr-1", "adr-2"]
    owned = {one["id"]: one for one in props["ownershipOwner"]}
    assert owned["own-1"]["properties"]["owner"] == ["rt-1"]
    assert owned["own-1"]["properties"]["asset"][0]["caption"] == "Hentzau Trading SARL"
    bare = client.get("/entities/rt-1?nested=false").json()["properties"]
    assert set(bare["addressEntity"]) == {"adr-1", "adr-2"}
    assert "ownershipOwner" not in bare
    edge = client.get("/entities/own-1").json()["properties"]
    assert edge["owner"][0]["id"] == "rt-1"
    assert edge["owner"][0]["properties"]["addressEntity"] == ["adr-1", "adr-2"]


def test_another_id_leads_to_the_record(client: httpx.Client) -> None:
    for path in ("", "/adjacent", "/adjacent/addressEntity"):
        response = client.get(f"/entities/old-1{path}")
        assert response.status_code == 308
        assert response.headers["location"] == f"/entities/rt-1{path}"


def test_neighbours_come_in_pages_in_the_order_delivered(client: httpx.Client) -> None:
    said = client.get("/entities/rt-1/adjacent?limit=1").json()
    assert said["entity"]["id"] == "rt-1"
    addresses = said["adjacent"]["addressEntity"]
    assert [one["id"] for one in addresses["results"]] == ["adr-2"]
    assert (addresses["total"]["value"], addresses["limit"], addresses["offset"]) == (2, 1, 0)
    second = client.get("/entities/rt-1/adjacent/ownershipOwner?limit=1&offset=1").json()
    assert [one["id"] for one in second["results"]] == ["own-2"]
    assert second["total"]["value"] == 2
    assert second["results"][0]["properties"]["asset"][0]["id"] == "co-2"
    assert client.get("/entities/rt-1/adjacent/ownershipOwner?offset=9").json()["results"] == []


def test_the_catalogue_is_kept_while_nothing_changed(client: httpx.Client) -> None:
    response = client.get("/catalog")
    said = response.json()
    assert said["current"] == ["rt_list", "rt_other"]
    held = {one["name"]: one for one in said["datasets"]}
    assert held["sanctions"]["children"] == ["rt_list"]
    assert re.fullmatch(r"\d{14}", held["rt_list"]["index_version"])
    assert response.headers["cache-control"] == "public, max-age=300"
    etag = response.headers["etag"]
    for asked in (etag, f'"x", {etag}', "*"):
        again = client.get("/manifest", headers={"if-none-match": asked})
        assert (again.status_code, again.content) == (304, b"")
    assert client.get("/catalog", headers={"if-none-match": '"x"'}).status_code == 200


def test_algorithms_name_ours_as_best(client: httpx.Client) -> None:
    said = client.get("/algorithms").json()
    assert said["best"] == said["default"] == "maillon"
    names = {one["name"]: one for one in said["algorithms"]}
    assert {"logic-v1", "logic-v2", "name-based"} <= names.keys()
    assert names["logic-v2"]["docs"]["config"]["nm_number_mismatch"]


def test_an_update_asks_for_its_token(client: httpx.Client) -> None:
    assert client.post("/updatez").status_code == 403
    assert client.post("/updatez?token=wrong").status_code == 403
    assert client.post("/updatez?token=secret&sync=true").json() == {"status": "ok"}


def test_a_refine_session_from_manifest_to_new_columns(client: httpx.Client) -> None:
    manifest = client.get("/reconcile/sanctions?api_key=k").json()
    assert manifest["versions"] == ["0.2"]
    assert len(manifest["defaultTypes"]) > 3
    service = manifest["suggest"]["entity"]
    found = client.get(f"{service['service_url']}{service['service_path']}&prefix=rudolf%20zen")
    assert [one["id"] for one in found.json()["result"]] == ["rt-1"]
    queries = {
        "r0": {"query": "Rudolf Zenda", "type": "Person", "limit": 3,
               "properties": [{"pid": "Thing:country", "v": "Russia"}]},
        "r1": {"query": "Flavia Elphberg", "type": ["Person"]},
    }  # fmt: skip
    said = client.post("/reconcile/sanctions", data={"queries": json.dumps(queries)})
    assert said.headers["x-batch-size"] == "2"
    (first,) = said.json()["r0"]["result"]
    assert (first["id"], first["match"], first["type"][0]["id"]) == ("rt-1", True, "Person")
    assert said.json()["r1"]["result"] == []
    offered = client.get("/reconcile/sanctions/extend/property?type=Person&limit=50").json()
    assert "birthDate" in [one["id"] for one in offered["properties"]]
    wanted = {"ids": ["rt-1", "nobody"], "properties": [
        {"id": "country"}, {"id": "country", "settings": {"render": "raw"}},
        {"id": "name", "settings": {"limit": 1}}]}  # fmt: skip
    rows = client.post("/reconcile/sanctions", data={"extend": json.dumps(wanted)}).json()
    assert rows["rows"]["rt-1"]["country"] == [{"str": "ru"}]
    assert len(rows["rows"]["rt-1"]["name"]) == 1
    assert rows["rows"]["nobody"] == {}
    assert [one["id"] for one in rows["meta"]] == ["country", "name"]


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"queries": "{"},
        {"queries": "[]"},
        {"queries": json.dumps({"a": {"type": "Banana", "query": "x"}})},
        {"queries": json.dumps({str(n): {"query": "x"} for n in range(101)})},
        {"queries": '{"a": {"query": "x"}, "a": {"query": "y"}}'},
        {"extend": json.dumps({"ids": ["old-1"], "properties": []})},
        {"extend": "nothing"},
    ],
)
def test_a_wrong_reconciliation_is_refused(client: httpx.Client, form: dict[str, str]) -> None:
    response = client.post("/reconcile/default", data=form)
    assert response.status_code == 400, response.text


@pytest.mark.parametrize("path", ["entity", "property", "type"])
def test_an_empty_prefix_suggests_nothing(client: httpx.Client, path: str) -> None:
    for prefix in ("", "?prefix=banana%20man"):
        said = client.get(f"/reconcile/default/suggest/{path}{prefix}").json()
        assert said["result"] == []
        assert said["code"] == "/api/status/ok"


def test_suggested_types_and_properties_begin_so(client: httpx.Client) -> None:
    types = client.get("/reconcile/default/suggest/type?prefix=organ").json()["result"]
    assert [one["id"] for one in types] == ["Organization"]
    props = client.get("/reconcile/default/suggest/property?prefix=country").json()["result"]
    assert {"LegalEntity:mainCountry", "Thing:country"} <= {one["id"] for one in props}


def test_the_trace_goes_on(client: httpx.Client) -> None:
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    headers = {"traceparent": parent, "tracestate": "rojo=00f067aa0ba902b7"}
    said = client.get("/healthz", headers=headers).headers
    assert re.fullmatch(r"00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01", said["traceparent"])
    assert re.fullmatch(r"yente=[0-9a-f]{16}, rojo=00f067aa0ba902b7", said["tracestate"])
    for broken in ("ff" + parent[2:], "00-" + "0" * 32 + parent[35:], "x"):
        said = client.get("/healthz", headers={"traceparent": broken}).headers
        assert "0af7651916cd43dd8448eb211c80319c" not in said["traceparent"]
        assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-00", said["traceparent"])
