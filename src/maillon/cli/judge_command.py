"""``judge``: a person says that two records are one, or not; what to judge next, what it taught."""

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
    say,
)
from maillon.model import Act, View

if TYPE_CHECKING:
    from maillon.resolve import Fitted
    from maillon.store import Event, Store
    from maillon.workspace import Workspace

VERBS = ("--list", "--next", "--fit", "--revoke")


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
    next_pairs: Annotated[
        bool, typer.Option("--next", help="Print the pairs whose answer teaches most, as lines.")
    ] = False,
    count: Annotated[int, typer.Option("--count", min=1, help="How many pairs, with --next.")] = 10,
    kind: Annotated[
        str, typer.Option("--kind", help="Only this kind of record, with --next, e.g. person.")
    ] = "",
    language: Annotated[
        str, typer.Option("--say", metavar="en|fr", help="With --next: in words, not as lines.")
    ] = "",
    fit: Annotated[
        bool, typer.Option("--fit", help="Fit the models to what people judged.")
    ] = False,
    forget: Annotated[
        bool, typer.Option("--forget", help="With --fit: go back to the shipped models.")
    ] = False,
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
    from maillon.workspace import Workspace

    said = dict(zip(VERBS, (show, next_pairs, fit, bool(revoke)), strict=True))
    _check_words(said, left, language, kind, forget=forget)
    with Workspace.open(workspace) as w:
        mandate = mandate_of(w.settings, who, agency, purpose, legal_basis, case)
        view = w.view(Act.JUDGE, mandate)
        if show:
            for event in w.store.judgements(view):
                put(_line(event))
        elif next_pairs:
            _put_next(w, view, count, kind, language)
        elif forget:
            _put_forgotten(w.judging.forget(view), as_json=as_json)
        elif fit:
            _put_fitted(w.judging.fit(view), as_json=as_json)
        else:
            event = _event(w.store, view, left, right, verdict, reason, revoke)
            _put_judged(w.judge(view, event), event, as_json=as_json)


def _check_words(
    said: dict[str, bool], left: str, language: str, kind: str, *, forget: bool
) -> None:
    verbs = [name for name, is_said in said.items() if is_said]
    if len(verbs) > 1:
        raise typer.BadParameter("one at a time", param_hint=" ".join(verbs))
    if left and verbs:
        raise typer.BadParameter(f"not together with {verbs[0]}", param_hint="LEFT RIGHT")
    if forget and not said["--fit"]:
        raise typer.BadParameter("goes with --fit", param_hint="--forget")
    if (language or kind) and not said["--next"]:
        raise typer.BadParameter("goes with --next", param_hint="--say" if language else "--kind")
    if not language and not kind:
        return
    from maillon.resolve import KINDS, LANGUAGES

    if language and language not in LANGUAGES:
        raise typer.BadParameter(" or ".join(LANGUAGES), param_hint="--say")
    if kind and kind not in KINDS:
        raise typer.BadParameter(f"one of {', '.join(KINDS)}", param_hint="--kind")


def _put_next(w: "Workspace", view: View, count: int, kind: str, language: str) -> None:
    from maillon.resolve import next_sentences

    found = w.judging.next_pairs(view, count, kind or None)
    ends = [entity for one in found.pairs for entity in (one.left, one.right)]
    captions = w.judging.captions(view, ends)
    for one in found.pairs:
        if language:
            print("\n".join(next_sentences(one.line(), captions, language)))
        else:
            put({**one.line(), "captions": [captions[one.left], captions[one.right]]})
    say(f"{len(found.pairs)} pairs; {found.looked_at:,} of {found.of:,} were looked at")


def _put_fitted(found: "dict[str, Fitted]", *, as_json: bool) -> None:
    for kind, one in found.items():
        if as_json:
            put(one.line())
            continue
        print(
            f"{kind}: {one.labels} labels ({one.positives} positive), {one.held_out} held out; "
            f"error {_share(one.error_before)} before, {_share(one.error_after)} after; "
            f"threshold {one.threshold_before:g} before, {one.threshold:g} after; {one.note}"
        )
    if not found:
        say("nobody has judged a pair that may teach: the shipped models stay")


def _share(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.1%}"


def _put_forgotten(kinds: list[str], *, as_json: bool) -> None:
    if as_json:
        put({"forgotten": kinds})
    else:
        print(f"forgotten: {', '.join(kinds) or 'nothing, no model was fitted'}")


def _put_judged(key: str, event: "Event", *, as_json: bool) -> None:
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
