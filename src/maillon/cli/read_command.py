"""``read``: a delivered file to statements, without a workspace."""

import hashlib
import sys
from pathlib import Path
from typing import IO, Annotated, Any

import typer

from maillon.cli.options import put, say
from maillon.model import Adapter, Purged, SourceError, Statement, delivery_id, stamp_id
from maillon.sources import adapter, names, option_fault

AsOption = Annotated[str, typer.Option("--as", help="One of `maillon formats`.")]
DatasetOption = Annotated[
    str, typer.Option("--dataset", help="Name under which the statements are kept: a-z, 0-9, _.")
]
MappingOption = Annotated[
    Path | None, typer.Option("--mapping", help="csv: the FollowTheMoney mapping (YAML).")
]
EncodingOption = Annotated[str, typer.Option("--encoding", help="csv: not the detected one.")]
DelimiterOption = Annotated[str, typer.Option("--delimiter", help="csv: not the detected one.")]
DateOrderOption = Annotated[str, typer.Option("--date-order", help="csv: dmy, mdy or ymd.")]
DecimalOption = Annotated[str, typer.Option("--decimal", help="csv: decimal mark, . or ,.")]
CountryOption = Annotated[
    str, typer.Option("--country", help="csv: whose national phone numbers are meant, e.g. fr.")
]
PathArgument = Annotated[
    Path, typer.Argument(help="The file as delivered, or - for standard input.", allow_dash=True)
]


def read(
    path: PathArgument,
    name: AsOption,
    dataset: DatasetOption,
    mapping: MappingOption = None,
    encoding: EncodingOption = "",
    delimiter: DelimiterOption = "",
    date_order: DateOrderOption = "",
    decimal: DecimalOption = "",
    country: CountryOption = "",
) -> None:
    """Read PATH and print its statements, one JSON object a line.

    Records that cannot be read go to standard error; the command then exits 3.

    Example: maillon read list.xml --as un-sc-xml --dataset un_sc
    """
    chosen = chosen_adapter(name)
    options = adapter_options(
        chosen,
        mapping=mapping,
        encoding=encoding,
        delimiter=delimiter,
        date_order=date_order,
        decimal=decimal,
        country=country,
    )
    check_dataset(dataset)
    unreadable = 0
    raw, digest = open_delivered(path)
    with raw:
        delivery = delivery_id(dataset, digest)
        from maillon.model.ftm import entity_property_names

        entity_props = entity_property_names()
        for item in chosen.open(raw, dataset, **options):
            if isinstance(item, Statement):
                put(ftm_line(item, delivery, entity_props))
            elif isinstance(item, Purged):
                say(f"{item.dataset} {item.locator}: purged ({item.reason})")
            else:
                unreadable += 1
                say(f"{path}: {item}")
    if unreadable:
        raise SourceError(dataset, str(path), f"{unreadable:,} problems, listed above")


def chosen_adapter(name: str) -> Adapter:
    """Return the adapter called ``name``, or a usage error that lists the known ones."""
    try:
        return adapter(name)
    except ValueError as error:
        known = ", ".join(names())
        raise typer.BadParameter(f"{name!r} is none of {known}", param_hint="--as") from error


def check_dataset(dataset: str) -> None:
    """Refuse a dataset name that could not stand in a file name or an id."""
    plain = dataset.replace("_", "a")
    if not (plain.isascii() and plain.isalnum() and plain == plain.lower() and len(dataset) <= 60):  # noqa: PLR2004 - its limit
        raise typer.BadParameter(f"{dataset!r}: a-z, 0-9 and _ only", param_hint="--dataset")


def adapter_options(chosen: Adapter, **said: Any) -> dict[str, Any]:  # noqa: ANN401 - each option has its own type
    """Return what the options say to this adapter.

    An option that it does not take, or a value that no file could be read by, is a usage error.
    """
    given = {option: value for option, value in said.items() if value}
    for option in given:
        if option not in chosen.options:
            takes = ", ".join(map(option_flag, chosen.options)) or "no option"
            raise typer.BadParameter(f"{chosen.name} takes {takes}", param_hint=option_flag(option))
    if fault := option_fault(chosen.name, given):
        raise typer.BadParameter(fault, param_hint=f"--as {chosen.name}")
    return given


def option_flag(option: str) -> str:
    """Return an adapter's option as it is written on the command line."""
    return "--" + option.replace("_", "-")


def open_delivered(path: Path) -> tuple[IO[bytes], str]:
    """Open a delivered file and return it with its SHA-256; ``-`` is kept in a temporary file."""
    if str(path) == "-":
        import shutil
        import tempfile

        raw: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
        shutil.copyfileobj(sys.stdin.buffer, raw)
        raw.seek(0)
    else:
        try:
            raw = path.open("rb")
        except OSError as error:
            raise typer.BadParameter(f"{path}: {error.strerror}", param_hint="PATH") from error
    digest = hashlib.sha256()
    while chunk := raw.read(1 << 20):
        digest.update(chunk)
    raw.seek(0)
    return raw, digest.hexdigest()


def ftm_line(item: Statement, delivery: str, entity_props: frozenset[str]) -> dict[str, Any]:
    """Return one statement in FollowTheMoney's form, with its locator and grade beside it."""
    entity = stamp_id(item.entity, delivery)
    value = stamp_id(item.value, delivery) if item.prop in entity_props else item.value
    stamped = item._replace(entity=entity, value=value, delivery=delivery)
    line: dict[str, Any] = {
        "id": stamped.id,
        "entity_id": entity,
        "canonical_id": entity,
        "schema": item.schema,
        "prop": item.prop,
        "value": value,
        "dataset": item.dataset,
        "lang": item.lang,
        "original_value": item.original_value,
        "first_seen": item.first_seen or None,
        "last_seen": item.last_seen or None,
        "locator": item.locator,
        "kind": item.kind.value,
    }
    grade = item.grade
    if grade.source or grade.information or grade.code:
        line["grade"] = {
            "source": grade.source,
            "information": grade.information,
            "code": grade.code,
            "scheme": grade.scheme,
        }
    return line
