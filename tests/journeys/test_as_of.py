"""The leads of last month, read today: what was delivered, judged and assessed since changes none."""

from datetime import datetime
from pathlib import Path

import pytest

from maillon.model import Act
from maillon.store import Event, LeadState, Verdict
from maillon.workspace import Workspace

from .test_assess import CONTACTS, PEOPLE, call, load, payment, person

DAY = "2026-10-20"


def lines(w: Workspace, known_on: str = "") -> list[dict[str, object]]:
    view = w.view(Act.TRACE, known_on=known_on)
    trace, held = w.leads.found(view)
    return [{**one.line(), "standing": held.standing[one.lead_id].line()} for one in trace.leads]


def test_as_of_gives_the_leads_of_that_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Workspace.create(tmp_path / "w")
    with Workspace.open(tmp_path / "w") as w:
        with monkeypatch.context() as then:
            then.setattr(w.store, "_now", lambda: datetime.fromisoformat(f"{DAY}T12:00:00+00:00"))
            load(w, "register", PEOPLE)
            load(w, "contacts", CONTACTS)
        before = lines(w)
        assert len(before) == 1
        # a month later: more contacts, another anchor, a judgement, an assessment
        more = [payment("p3", "t1", "m1", "2026-03-01"), call("k9", "m1", "c2", "2026-03-02"),
                payment("p9", "m1", "c2", "2026-03-03")]  # fmt: skip
        load(w, "contacts", [*CONTACTS, *more])
        load(w, "register", [*PEOPLE, person("c2", "Dana Vik", topics=["crime.boss"])])
        view = w.view(Act.JUDGE)
        w.judge(view, Event("t1", "a0", Verdict.POSITIVE, "one man", tuple(sorted(view.labels))))
        w.leads.assess(view, str(before[0]["lead_id"]), LeadState.OPEN, "to be looked at")
        now = lines(w)
        assert {str(one["lead_id"]) for one in now} > {str(one["lead_id"]) for one in before}
        assert lines(w, DAY) == before
        assert lines(w, "2026-10-19") == []
