"""Loads what Ruritania's agencies deliver, by the manifest that stands beside the files."""

import gzip
import io
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from importlib import resources
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

from maillon.model import UNGRADED, Act, Grade, Label, Mode, View
from maillon.sources import adapter
from maillon.store import Loaded, Order
from maillon.workspace import Workspace

LISTS: Final = (
    ("un_sc", "un-sc-xml", "un_consolidated_2026-02-27.xml.gz", "un"),
    ("ofac_sdn", "ofac-sdn-csv", "ofac_sdn_2021-07.csv.gz", "ofac"),
    ("ofac_alt", "ofac-sdn-csv", "ofac_alt_2021-07.csv.gz", "ofac"),
)
"""Dataset, adapter, packed file and originator of the real lists."""

WORTH_TWO: Final = 30_000_000
"""Bytes from which a second process pays for its start."""

BASIS: Final = "Ruritania Coordination Centre Act, s. 4"


def load_deliveries(
    workspace: Workspace,
    deliveries: Path,
    progress: Callable[[str, int, int], None] | None = None,
) -> list[Loaded]:
    """Load every file of the manifest; return what was loaded in the manifest's order.

    Args:
        workspace: An open workspace.
        deliveries: The folder with ``manifest.json``.
        progress: Called with file name, files done and files in all.
    """
    manifest = json.loads((deliveries / "manifest.json").read_text("utf-8"))
    size = {said["file"]: (deliveries / said["file"]).stat().st_size for said in manifest}
    say = progress or (lambda *_: None)
    if sum(size.values()) >= WORTH_TWO:
        done = _load_by_two(workspace.settings.folder, deliveries, manifest, size, say)
    else:
        view = workspace.view(Act.LOAD, detail={"country": "Ruritania"})
        done = {}
        for number, said in enumerate(manifest):
            say(said["file"], number, len(manifest))
            done[said["file"]] = _load_one(workspace, view, deliveries, said)
    return [done[said["file"]] for said in manifest]


def _load_by_two(
    folder: Path,
    deliveries: Path,
    manifest: list[dict[str, Any]],
    size: dict[str, int],
    say: Callable[[str, int, int], None],
) -> dict[str, Loaded]:
    done = {}
    # spawned, not forked: the parent holds database connections
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        waiting = {
            pool.submit(_load_in_worker, folder, deliveries, said): said["file"]
            for said in sorted(manifest, key=lambda said: (-size[said["file"]], said["file"]))
        }
        for number, future in enumerate(as_completed(waiting), 1):
            done[waiting[future]] = future.result()
            say(waiting[future], number, len(manifest))
    return done


def _load_in_worker(folder: Path, deliveries: Path, said: dict[str, Any]) -> Loaded:
    with Workspace.open(folder) as workspace:
        view = workspace.view(Act.LOAD, detail={"country": "Ruritania"})
        return _load_one(workspace, view, deliveries, said)


def _load_one(workspace: Workspace, view: View, deliveries: Path, said: dict[str, Any]) -> Loaded:
    with (deliveries / said["file"]).open("rb") as raw:
        return workspace.load(view, raw, order_of(said, deliveries))


def order_of(said: dict[str, Any], deliveries: Path) -> Order:
    """Return the order for one line of the manifest."""
    options = dict(said["options"])
    kept = dict(options)
    if said["mapping"]:
        options["mapping"] = deliveries / "mappings" / said["mapping"]
        kept["mapping"] = options["mapping"].read_text("utf-8")
    code = said.get("grade") or ""
    sealed = said.get("compartment") or ""
    return Order(
        adapter(said["adapter"]),
        said["dataset"],
        Label(
            said["dataset"],
            compartment=sealed,
            purposes=("linking", "review", "screening"),
            legal_basis=BASIS,
            statistics=not sealed,
        ),
        options,
        kept,
        Mode.MESSAGES,
        grade=Grade(code[:1], code[1:2], code, "Admiralty") if code else UNGRADED,
    )


def load_lists(workspace: Workspace) -> Iterator[Loaded]:
    """Load the real lists: for screening only, so that no listed person is an anchor or a link."""
    view: View = workspace.view(Act.LOAD, detail={"lists": [name for name, *_ in LISTS]})
    for dataset, name, file, originator in LISTS:
        packed = resources.files("maillon.training").joinpath(f"lists/{file}").read_bytes()
        label = Label(originator, purposes=("screening",), legal_basis="public list")
        order = Order(adapter(name), dataset, label)
        yield workspace.load(view, io.BytesIO(gzip.decompress(packed)), order)
