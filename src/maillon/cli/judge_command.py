"""``judge``: a person says that two records are one, or not; or takes a judgement back."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from maillon.cli.options import (
    AgencyOption,
    BasisOption,
    CaseOption,
    JsonOption,
    PurposeOption,
    WhoOption,
    WorkspaceOption,
    mandate_of,
    put,
)
from maillon.model import Act, View

if TYPE_CHECKING:
    from maillon.store import Event, Store


def judge(
    left: Annotated[str, typer.Argument(help="Entity id of one record.")] = "",
    right: Annotated[str, typer.Argument(help="Entity id of the other.")] = "",
    verdict: Annotated[
        str, typer.Option("--verdict", help="positive, negative or unsure.")
    ] = "unsure",
    reason: Annotated[str, typer.Option("--reason", help="Why, in your own words.")] = "",
    revoke: Annotated[
        str, typer.Option("--revoke", metavar="ID", help="Take back this judgement.")
    ] = "",
    show: Annotated[bool, typer.Option("--list", help="Print the log, as lines.")] = False,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = "",
    legal_basis: BasisOption = "",
    case: CaseOption = "",
) -> None:
    """Say whether LEFT and RIGHT are one; the log keeps every judgement, taken back or not.

    Example: maillon judge un-sc-QDi.318 ofac-sdn-12345 --verdict negative --reason "other father" \
        -w my-workspace
    """
    from maillon.store import open_store

    store = open_store(workspace)
    try:
        mandate = mandate_of(store.settings, who, agency, purpose, legal_basis, case)
        view = store.policy.open(mandate, Act.JUDGE)
        if show:
            for event in store.judgements(view):
                put(_line(event))
            return
        event = _event(store, view, left, right, verdict, reason, revoke)
        key = store.judge(view, event)
    finally:
        store.close()
    if as_json:
        put({"judgement": key, "verdict": event.verdict.value})
    else:
        print(f"judgement {key}: {event.verdict.value}, {event.left} | {event.right}")


def _event(
    store: "Store", view: View, left: str, right: str, verdict: str, reason: str, revoke: str
) -> "Event":
    from maillon.store import Event, Verdict

    if not reason.strip():
        raise typer.BadParameter("say why", param_hint="--reason")
    if revoke:
        events = store.judgements(view)
        taken_back = {event.revokes for event in events}
        for event in events:
            is_standing = event.verdict is not Verdict.REVOKED and event.id not in taken_back
            if event.id == revoke and is_standing:
                return Event(
                    event.left, event.right, Verdict.REVOKED, reason, event.labels, revokes=revoke
                )
        raise typer.BadParameter(f"no standing judgement {revoke}", param_hint="--revoke")
    if verdict not in {"positive", "negative", "unsure"}:
        raise typer.BadParameter("positive, negative or unsure", param_hint="--verdict")
    if not left or not right or left == right:
        raise typer.BadParameter("name two records", param_hint="LEFT RIGHT")
    labels = set()
    for entity in (left, right):
        found = {item.label for item in store.scan(view, "entity = ?", [entity])}
        if not found:
            raise typer.BadParameter(f"no entity {entity}", param_hint="LEFT RIGHT")
        labels |= found
    left, right = sorted((left, right))
    return Event(left, right, Verdict(verdict), reason, tuple(sorted(labels)))


def _line(event: "Event") -> dict[str, object]:
    return {
        "judgement": event.id,
        "left": event.left,
        "right": event.right,
        "verdict": event.verdict.value,
        "who": event.who,
        "at": event.at,
        "reason": event.reason,
        "revokes": event.revokes,
    }
