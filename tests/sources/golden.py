"""The golden files of each adapter, and how a statement is shown and looked up."""

import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from maillon.model import Purged, SourceError, Statement, Yielded
from maillon.sources import adapter

GOLDEN = Path(__file__).parent.parent / "golden"


@dataclass(frozen=True)
class Golden:
    """One golden file: its adapter and the options by which it is read."""

    adapter: str
    path: str
    options: dict[str, str] = field(default_factory=dict)

    @property
    def data(self) -> bytes:
        return (GOLDEN / self.adapter / self.path).read_bytes()

    def read(self, data: bytes | None = None) -> list[Yielded]:
        raw = io.BytesIO(self.data if data is None else data)
        return list(adapter(self.adapter).read(raw, "ds", **self.options))

    def locate(self, locator: str, data: bytes | None = None) -> str:
        raw = io.BytesIO(self.data if data is None else data)
        return adapter(self.adapter).locate(raw, locator, **self.options)

    def __str__(self) -> str:
        return f"{self.adapter}/{self.path}"


FILES = (
    Golden("csv", "visits.csv", {"mapping": str(GOLDEN / "csv" / "visits.yml")}),
    Golden("ftm-json", "register.jsonl"),
    Golden("goaml", "str_accounts.xml"),
    Golden("goaml", "str_foreign_currency.xml"),
    Golden("goaml", "sar_activity.xml"),
    Golden("ofac-sdn-csv", "sdn.csv"),
    Golden("ofac-sdn-csv", "alt.csv"),
    Golden("ofac-sdn-csv", "add.csv"),
    Golden("paxlst", "flight.edi"),
    Golden("un-sc-xml", "list.xml"),
    Golden("un-sc-xml", "ruritania.xml"),
)


def line(item: Yielded) -> str:
    """Show one item on one line."""
    if isinstance(item, Statement):
        grade = f" [{item.grade.scheme} {item.grade.code}]" if item.grade.code else ""
        original = "" if item.original_value is None else f" <- {item.original_value!r}"
        kind = "" if item.kind == "fact" else f" ({item.kind.value})"
        return f"{item.locator} | {item.entity} {item.schema}.{item.prop} = {item.value!r}{original}{grade}{kind}"
    if isinstance(item, Purged):
        return f"{item.locator} | PURGED {item.reason}"
    return f"{item.locator} | ERROR {item.reason}"


def statements(items: list[Yielded]) -> list[Statement]:
    return [item for item in items if isinstance(item, Statement)]


def errors(items: list[Yielded]) -> list[SourceError]:
    return [item for item in items if isinstance(item, SourceError)]


def words(text: str) -> list[str]:
    """Return the words of a text, without case, quotes and doubled quotes."""
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFC", text).lower())


def misplaced(items: list[Yielded], texts: dict[str, str]) -> Iterator[str]:
    """Show each statement that is not found, word by word, in the text at its locator."""
    for said in statements(items):
        shown = said.value if said.original_value is None else said.original_value
        if said.value.startswith("@") and said.original_value is None:
            continue
        if not set(words(shown)) <= set(words(texts[said.locator])):
            yield line(said)
