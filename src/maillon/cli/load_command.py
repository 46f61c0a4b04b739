"""``load``: a delivered file into the workspace, as one delivery."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

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
    opened,
    put,
    say,
)
from maillon.cli.read_command import (
    AsOption,
    CountryOption,
    DatasetOption,
    DateOrderOption,
    DecimalOption,
    DelimiterOption,
    EncodingOption,
    MappingOption,
    PathArgument,
    adapter_options,
    check_dataset,
    chosen_adapter,
    open_delivered,
)
from maillon.model import Act, Label, Mode, RefusedError, SourceError

if TYPE_CHECKING:
    from maillon.store import Loaded

SHOWN = 20
"""Source errors shown on standard error; the rest stay in the workspace."""


def load(
    path: PathArgument,
    name: AsOption,
    dataset: DatasetOption,
    mapping: MappingOption = None,
    encoding: EncodingOption = "",
    delimiter: DelimiterOption = "",
    date_order: DateOrderOption = "",
    decimal: DecimalOption = "",
    country: CountryOption = "",
    mode: Annotated[
        str, typer.Option("--mode", help="snapshot (takes the place of the last) or messages.")
    ] = "",
    originator: Annotated[
        str, typer.Option("--originator", help="The agency that delivered; else [label].")
    ] = "",
    compartment: Annotated[
        str, typer.Option("--compartment", help="Sealed compartment: who is cleared may read.")
    ] = "",
    handling: Annotated[
        str, typer.Option("--handling", help="Handling code verbatim, e.g. 'TLP 2.0/TLP:AMBER'.")
    ] = "",
    retention: Annotated[
        str, typer.Option("--retention", help="Category of law/retention.toml, e.g. pnr.")
    ] = "standard",
    accept_shrink: Annotated[
        str,
        typer.Option("--accept-shrink", metavar="REASON", help="A second person's reason."),
    ] = "",
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = "",
    legal_basis: BasisOption = "",
    case: CaseOption = "",
) -> None:
    """Load PATH into the workspace, as one delivery: all of it or nothing.

    The same file twice is one delivery. Records that cannot be read are counted and listed, the
    rest is loaded, and the command exits 3. A file that is not what it should be, or a list that
    shrank by more than 5 %, is refused (exit 4) and the old delivery stays.

    Example: maillon load list.xml --as un-sc-xml --dataset un_sc -w my-workspace
    """
    from maillon.store import Order

    chosen = chosen_adapter(name)
    check_dataset(dataset)
    options = adapter_options(
        chosen,
        mapping=mapping,
        encoding=encoding,
        delimiter=delimiter,
        date_order=date_order,
        decimal=decimal,
        country=country,
    )
    with opened(workspace, loading=True) as store:
        order = Order(
            chosen,
            dataset,
            _label(store.settings.label, originator, compartment, handling),
            options,
            kept_options(options),
            _mode(mode),
            retention,
            accept_shrink=accept_shrink,
        )
        mandate = mandate_of(store.settings, who, agency, purpose, legal_basis, case)
        view = store.policy.open(mandate, Act.LOAD, detail={"dataset": dataset})
        raw, _digest = open_delivered(path)
        with raw:
            try:
                loaded = store.load(view, raw, order)
            except RefusedError:
                say(f"{path}: not loaded; {dataset} stays as it was")
                raise
    _report(path, loaded, as_json)


def kept_options(options: dict[str, Any]) -> dict[str, Any]:
    """Return the adapter's options as values that outlive the command: a mapping by its text."""
    return {
        name: value.read_text("utf-8") if isinstance(value, Path) else value
        for name, value in options.items()
    }


def _mode(text: str) -> Mode | None:
    if not text:
        return None
    try:
        return Mode(text)
    except ValueError as error:
        raise typer.BadParameter("snapshot or messages", param_hint="--mode") from error


def _label(base: Label, originator: str, compartment: str, handling: str) -> Label:
    scheme, _, code = handling.rpartition("/")
    label = replace(base, originator=originator or base.originator)
    if handling:
        label = replace(label, scheme=scheme, code=code)
    if compartment:
        # nothing is learned from sealed records: they would show in everybody's scores
        label = replace(label, compartment=compartment, statistics=False)
    return label


def _report(path: Path, loaded: "Loaded", as_json: bool) -> None:
    delivery = loaded.delivery
    for problem in loaded.problems[:SHOWN]:
        say(f"{path}: {problem}")
    if delivery.records_unreadable > SHOWN:
        say(f"... {delivery.records_unreadable - SHOWN:,} more problems, kept in the workspace")
    if as_json:
        put(
            {
                "delivery": delivery.id,
                "already": loaded.already,
                "statements": delivery.statements,
                "entities": delivery.entities,
                "unreadable": delivery.records_unreadable,
                "purged": delivery.purged,
                "counts": dict(loaded.counts),
            }
        )
    else:
        schemata = ", ".join(f"{n:,} {name}" for name, n in loaded.counts["schema"].items())
        topics = ", ".join(f"{n:,} {name}" for name, n in loaded.counts["topics"].items())
        again = "already loaded, nothing changed: " if loaded.already else ""
        print(
            f"{again}{delivery.id}: {delivery.statements:,} statements, {delivery.entities:,} "
            f"entities ({schemata}), {delivery.records_unreadable:,} problems, "
            f"{delivery.purged:,} purged" + (f"; by programme: {topics}" if topics else "")
        )
    if delivery.records_unreadable:
        raise SourceError(
            delivery.dataset, str(path), f"{delivery.records_unreadable:,} problems, see above"
        )
