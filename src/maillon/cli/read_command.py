"""``read``: a delivered file to statements, without a workspace."""

import hashlib
import sys
from pathlib import Path
from typing import IO, Annotated, Any

import typer

from maillon.cli.options import put, say
from maillon.model import Adapter, Purged, SourceError, Statement, delivery_id, stamp_id
from maillon.sources import adapter, names

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
) -> None:
    """Read PATH and print its statements, one JSON object a line.

    Records that cannot be read go to standard error; the command then exits 3.

    Example: maillon read list.xml --as un-sc-xml --dataset un_sc
    """
    chosen = chosen_adapter(name)
    options = adapter_options(chosen, mapping, encoding, delimiter, date_order)
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


def adapter_options(
    chosen: Adapter, mapping: Path | None, encoding: str, delimiter: str, date_order: str
) -> dict[str, Any]:
    """Return what the options say to this adapter; an option it does not take is a usage error."""
    said: dict[str, Any] = {
        "mapping": mapping,
        "encoding": encoding,
        "delimiter": delimiter,
        "date_order": date_order,
    }
    said = {option: value for option, value in said.items() if value}
    for option in said:
        if option not in chosen.options:
            raise typer.BadParameter(f"{chosen.name} has no such option", param_hint=option)
    if mapping is not None and not mapping.is_file():
        raise typer.BadParameter(f"{mapping} is no file", param_hint="--mapping")
    return said


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
