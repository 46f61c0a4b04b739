"""Kill -9 at random moments, fifty times: nothing half, nothing lost, nothing doubled.

python bench/kill.py [--service] [--engine sqlite|postgresql] [--rounds N] [--quick] [--json]

Without --service a `load` is killed. With it `maillon serve`, and every other time its worker at
the same moment, while three clients judge over HTTP under idempotency keys and the worker has jobs.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.journeys.service_kills import killed  # the path comes first
from tests.store.postgres import made_ready, running
from tests.store.test_kill import kill_rounds

from maillon.store import create_workspace

ENGINES = ("sqlite", "postgresql")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--service", action="store_true", help="kill the service, not a load")
    parser.add_argument("--engine", choices=ENGINES, help="of the service's desk; else both")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true")
    said = parser.parse_args()
    rounds = (3 if said.service else 10) if said.quick else said.rounds
    if said.service:
        return of_service([said.engine] if said.engine else ENGINES, rounds, as_json=said.json)
    with tempfile.TemporaryDirectory() as folder:
        wrong = kill_rounds(Path(folder), rounds)
    print(f"{rounds} kills, {len(wrong)} of them left something wrong", *wrong, sep="\n")
    if said.json:
        print(json.dumps({"kills": rounds, "wrong": len(wrong)}))
    return 1 if wrong else 0


def of_service(engines: list[str] | tuple[str, ...], rounds: int, *, as_json: bool) -> int:
    figures, count = {}, 0
    for engine in engines:
        with tempfile.TemporaryDirectory() as folder, made(engine, Path(folder) / "w") as workspace:
            found = killed(workspace, Path(folder) / "keys", rounds)
        unsaid = sum(not one for one in found.judged.values())
        print(
            f"{engine}: {found.kills} kills, {found.cut} requests cut off and sent again, "
            f"{len(found.judged)} judgements, {unsaid} of them done by a service that died before "
            f"it could say so; {len(found.wrong)} wrong", *found.wrong, sep="\n", flush=True,
        )  # fmt: skip
        counts = {"kills": found.kills, "cut": found.cut, "judged": len(found.judged),
                  "wrong": len(found.wrong)}  # fmt: skip
        figures |= {f"{name}_{engine}": value for name, value in counts.items()}
        count += len(found.wrong)
    if as_json:
        print(json.dumps(figures))
    return 1 if count else 0


@contextmanager
def made(engine: str, folder: Path) -> Iterator[Path]:
    """Lend an empty workspace."""
    if engine == "sqlite":
        create_workspace(folder)
        yield folder
        return
    with (
        running() as server,
        made_ready(server, folder.with_name("ready")) as ready,
        ready.copy(folder) as copy,
    ):
        yield copy


if __name__ == "__main__":
    sys.exit(main())
