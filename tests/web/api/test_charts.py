"""Charts over HTTP: counts first, portions, kept by ids alone, hidden as absent, revisions."""

import json

import httpx
import pytest
from lxml import etree

from maillon.web.api.charts import ENDINGS
from maillon.workspace import Workspace
from maillon.workspace.charting import FORMS

from .conftest import ABSENT, People, hidden_as_absent, lines, match, problem

ON_IT = [{"id": "t1", "x": 1, "y": 2.5, "is_pinned": True, "note": "at the port"},
         {"id": "m1", "x": -3.0, "y": 4}]  # fmt: skip


@pytest.fixture
def chart(people: People) -> str:
    response = people["analyst"].post("/charts", json={"title": "port", "nodes": ON_IT})
    assert response.status_code == 201, response.text
    return str(response.json()["chart"])


def captions(response: httpx.Response) -> list[str]:
    assert response.status_code == 200, response.text
    return sorted(one["caption"] for one in response.json()["nodes"])


def test_links_among_some_are_one_a_pair_with_their_count(people: People) -> None:
    body = people["analyst"].post("/charts/shown", json={"ids": ["t1", "m1"]}).json()
    (link,) = body["links"]
    assert (link["channels"], link["count"], link["kind"]) == (["call", "payment"], 5, "fact")


def test_the_arrow_goes_from_who_called_to_who_was_called(people: People) -> None:
    body = people["analyst"].post("/charts/shown", json={"ids": ["t1", "m1"]}).json()
    (link,) = body["links"]
    names = {one["id"]: one["caption"] for one in body["nodes"]}
    ends = [names[link["from"]], names[link["to"]]]
    assert (ends if link["arrow"] == "there" else ends[::-1]) == ["Amos Verner", "Bela Konrad"]


def test_with_no_limit_there_are_counts_alone(people: People) -> None:
    body = people["analyst"].post("/charts/around", json={"entity": "m1", "limit": 0}).json()
    assert (body["counts"]["neighbours"], body["nodes"]) == (2, [])


def test_a_portion_brings_its_links_to_those_held(people: People) -> None:
    asked = {"entity": "m1", "limit": 1, "offset": 0, "held": ["m1"]}
    body = people["analyst"].post("/charts/around", json=asked).json()
    assert (len(body["nodes"]), len(body["links"])) == (1, 1)


def test_hidden_and_absent_are_left_out_alike(people: People) -> None:
    one, other = (
        people["analyst"].post("/charts/shown", json={"ids": ["t1", id_]}).content
        for id_ in ("s1", "nobody")
    )
    assert one == other


def test_around_the_hidden_is_around_the_absent(people: People) -> None:
    hidden_as_absent(
        lambda id_: people["analyst"].post("/charts/around", json={"entity": id_}), "s1", "nobody"
    )


def test_a_kept_chart_opens_with_places_pins_and_notes(people: People, chart: str) -> None:
    response = people["analyst"].get(f"/charts/{chart}")
    by_name = {one["caption"]: one for one in response.json()["nodes"]}
    one = by_name["Amos Verner"]
    assert (one["x"], one["y"], one["is_pinned"], one["note"]) == (1.0, 2.5, True, "at the port")
    assert response.headers["etag"] == '"1"'


def test_a_change_names_what_it_was_made_on(people: People, chart: str) -> None:
    body = {"title": "port", "nodes": ON_IT[:1]}
    analyst = people["analyst"]
    assert analyst.put(f"/charts/{chart}", json=body).status_code == 428
    assert analyst.put(f"/charts/{chart}", json=body, headers=match('"1"')).status_code == 200
    stale = analyst.put(f"/charts/{chart}", json=body, headers=match('"1"'))
    assert problem(stale)[0] == 412


def test_who_is_hidden_on_a_chart_is_left_out_and_stays(people: People) -> None:
    nodes = [{"id": id_, "x": 0, "y": 0} for id_ in ("t1", "s1", "s2", "nobody")]
    cleared, analyst = people["cleared"], people["analyst"]
    whole = captions(cleared.post("/charts/shown", json={"ids": ["t1", "s1", "s2", "nobody"]}))
    kept = analyst.post("/charts", json={"nodes": nodes}).json()["chart"]
    assert captions(analyst.get(f"/charts/{kept}")) == ["Amos Verner"]
    assert len(whole) > 1


def test_another_s_chart_is_as_absent(people: People, chart: str) -> None:
    other = people["supervisor"]
    hidden_as_absent(lambda id_: other.get(f"/charts/{id_}"), chart, ABSENT)
    assert chart not in [one["chart"] for one in lines(other.get("/charts"))]


def test_a_deleted_chart_is_gone(people: People, chart: str) -> None:
    analyst = people["analyst"]
    assert analyst.delete(f"/charts/{chart}", headers=match('"1"')).status_code == 200
    assert analyst.get(f"/charts/{chart}").status_code == 404


def test_a_picture_of_a_lead_that_nobody_confirmed_is_refused(people: People) -> None:
    asked = {"ids": ["t1", "m1", "c1"], "form": "svg"}
    response = people["analyst"].post("/charts/pictures", json=asked)
    assert response.status_code == 403
    assert "no person has confirmed" in response.json()["reason"]


def drawn(form: str, *ids: str) -> dict[str, object]:
    return {"title": "port", "form": form, "nodes": [{"id": one, "x": 1, "y": 2} for one in ids]}


def ids_of(form: str, content: bytes) -> set[str]:
    """Return the ids that a file has, as its format names them."""
    if form == "ftm":
        lines = [json.loads(line) for line in content.splitlines()]
        return {line["id"] for line in lines if line["schema"] != "UnknownLink"}
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(content, parser)
    if form == "anx":
        return {str(one.get("EntityId")) for one in root.iter("Entity")}
    return {str(one.get("id")) for one in root.iter("{*}node")}


def drawn_in(form: str, content: bytes) -> list[bytes]:
    """Return the nodes and links of a file: what it says beside the name of the chart."""
    if form in {"ftm", "svg"}:
        return content.splitlines()
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    found = [etree.tostring(one) for one in root.iter("{*}node", "{*}edge", "ChartItem")]
    assert found
    return found


@pytest.mark.parametrize("form", ["graphml", "gexf", "ftm", "anx"])
def test_a_file_of_an_open_chart_has_the_ids_of_the_chart(people: People, form: str) -> None:
    asked = ["m1", "c1"]
    shown = people["analyst"].post("/charts/shown", json={"ids": asked}).json()
    response = people["analyst"].post("/charts/files", json=drawn(form, *asked))
    assert response.status_code == 200, response.text
    assert ids_of(form, response.content) == {one["id"] for one in shown["nodes"]}


@pytest.mark.parametrize("form", FORMS)
def test_a_kept_chart_as_a_file_is_what_the_same_chart_is_when_open(
    people: People, form: str
) -> None:
    analyst = people["analyst"]
    body = drawn(form, "m1", "c1")
    kept = analyst.post("/charts", json={"title": "port", "nodes": body["nodes"]}).json()["chart"]
    saved = analyst.get(f"/charts/{kept}/file?form={form}")
    opened = analyst.post("/charts/files", json=body)
    assert saved.status_code == 200, saved.text
    assert drawn_in(form, saved.content) == drawn_in(form, opened.content)
    assert f'filename="chart.{ENDINGS.get(form, form)}"' in saved.headers["content-disposition"]


@pytest.mark.parametrize("form", FORMS)
def test_what_a_mandate_does_not_read_is_in_no_file(people: People, form: str) -> None:
    some, every = (
        people["analyst"].post("/charts/files", json=drawn(form, *ids))
        for ids in (("m1",), ("m1", "s1", "s2", "nobody"))
    )
    assert every.status_code == 200
    assert every.content == some.content


@pytest.mark.parametrize("form", FORMS)
def test_a_file_of_a_lead_that_nobody_confirmed_is_refused(people: People, form: str) -> None:
    response = people["analyst"].post("/charts/files", json=drawn(form, "t1", "m1", "c1"))
    assert response.status_code == 403
    assert "no person has confirmed" in response.json()["reason"]


def test_another_s_chart_is_as_absent_as_a_file(people: People, chart: str) -> None:
    hidden_as_absent(
        lambda id_: people["supervisor"].get(f"/charts/{id_}/file?form=anx"), chart, ABSENT
    )


def test_the_ledger_has_in_which_form_a_chart_left(people: People, w: Workspace) -> None:
    people["analyst"].post("/charts/files", json=drawn("anx", "m1", "c1"))
    with w.store.house.desk.engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT detail FROM ledger WHERE act = 'export' ORDER BY number DESC LIMIT 1"
        ).all()
    said = json.loads(rows[0][0])
    assert (said["form"], said["nodes"]) == ("anx", 2)
