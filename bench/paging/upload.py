"""A million rows uploaded and screened: memory of service and worker, killed in the middle of it.

python bench/paging/upload.py [--rows N] [--kills N] [--quick] [--json]
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.journeys.upload_kills import uploaded  # the path comes first

from maillon.workspace import Workspace

ROWS = 1_000_000
QUICK = 20_000
KILLS = 1


def run(rows: int = ROWS, kills: int = KILLS) -> dict[str, Any]:
    """Return the figures, keys as the issue names them.

    Args:
        rows: Rows of the file.
        kills: How often worker and service are killed with signal 9.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        Workspace.create(folder / "w")
        found = uploaded(folder / "w", folder / "keys", rows, kills)
    return {
        "upload_rows": rows, "upload_kills": found.kills, "upload_done_at_kill": found.done_at_kill,
        "upload_service_mb": round(found.service_mb, 1),
        "upload_worker_mb": round(found.worker_mb, 1),
        "upload_s": round(found.upload_s, 1), "upload_screen_s": round(found.screen_s, 1),
        "upload_lost": found.lost, "upload_doubled": found.doubled, "upload_wrong": found.wrong,
    }  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=0)
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true")
    said = parser.parse_args()
    figures = run(said.rows or (QUICK if said.quick else ROWS), said.kills)
    print(
        f"{figures['upload_rows']:,} rows: service {figures['upload_service_mb']} MB, worker "
        f"{figures['upload_worker_mb']} MB at most, each process; {figures['upload_kills']} kills, "
        f"{figures['upload_lost']} rows lost, {figures['upload_doubled']} doubled; taken in "
        f"{figures['upload_s']} s, screened in {figures['upload_screen_s']} s; load "
        f"{os.getloadavg()[0]:.1f}",
        *figures["upload_wrong"], sep="\n",
    )  # fmt: skip
    if said.json:
        print(json.dumps(figures))
    is_sound = not (figures["upload_wrong"] or figures["upload_lost"] or figures["upload_doubled"])
    return 0 if is_sound else 1


if __name__ == "__main__":
    raise SystemExit(main())
