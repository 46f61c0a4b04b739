"""The figures of the HTTP service: `/match` against the UN and OFAC lists.

.venv/bin/python bench/service.py [--samples DIR] [--seconds 120] [--clients 16] [--quick] [--json]
    [--peer]

The server is ``maillon serve`` in a process of its own, the clients are threads of another; every
request holds 100 queries: labelled names of the samples, most of them of nobody listed. Beside it,
with --peer: logic-v2 of nomenklatura on the same queries, in a process without HTTP and without a
search: it is given the candidates (peers/logic_v2.py), and its start is taken off.
"""

import argparse
import csv
import http.client
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

SAMPLES = Path(__file__).parents[2] / "shared" / "samples" / "screening"
TABLES = """
[people.yente]
agencies = ["centre"]
purposes = ["screening"]

[open_data]
datasets = ["un_sc", "us_ofac_sdn"]

[open_data.mandate]
who = "yente"
agency = "centre"
purpose = "screening"
legal_basis = "Coordination Centre Act, s. 4"
"""
BATCH = 100


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--samples", type=Path, default=SAMPLES)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--quick", action="store_true", help="ten seconds")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--peer", action="store_true", help="logic-v2 on the same queries")
    parser.add_argument("--peer-python", type=Path, help="interpreter that has it")
    chosen = parser.parse_args()
    if chosen.quick:
        chosen.seconds = 10
    queries = read_queries(chosen.samples)
    print(f"Python {sys.version.split()[0]}; {os.cpu_count()} cores, "
          f"load {os.getloadavg()[0]:.1f}; {len(queries)} queries, {BATCH} a request")  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="maillon-service-") as name:
        server = Server(Path(name), chosen.samples)
        try:
            base = server.ready()
            figures = measure(server, base, queries, chosen)
        finally:
            server.stop()
    if chosen.peer:
        figures |= beside(queries, chosen)
    if chosen.json:
        print(json.dumps(figures))
    return 0


def beside(queries: list, chosen: argparse.Namespace) -> dict:
    """Return what logic-v2 takes for a query whose candidates it is given."""
    sys.path.insert(0, str(Path(__file__).parent))
    from measured import lists  # noqa: PLC0415 - only beside the peer
    from peers import logic_v2  # noqa: PLC0415 - as above
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - as above

    side = list(lists.listed("un"))
    names = [(logic_v2.folded(text), n) for n, one in enumerate(side) for _, text in one.names]
    texts = [text for text, _ in names]
    asked = []
    for query in queries[: 100 if chosen.quick else 400]:
        near: dict[int, None] = {}
        for scorer in (fuzz.WRatio, fuzz.token_sort_ratio):
            said = logic_v2.folded(query["properties"]["name"][0])
            found = process.extract(said, texts, scorer=scorer, limit=logic_v2.NEAR)
            near |= dict.fromkeys(names[place][1] for _, _, place in found)
        some = [logic_v2.record(side[n].schema, side[n].properties) for n in near]
        asked.append((logic_v2.record(query["schema"], query["properties"]), some))

    def took(some: list) -> float:
        start = time.perf_counter()
        logic_v2.ask(chosen.peer_python, some)
        return time.perf_counter() - start

    took(asked[:1])  # makes the environment, and warms the disk
    times = sorted(
        (took(asked) - took(asked[:1])) / (len(asked) - 1) for _ in range(1 if chosen.quick else 3)
    )
    ms = [one * 1000 for one in times]
    middle = ms[len(ms) // 2]
    print(f"{logic_v2.PACKAGE}: {middle:.1f} ms a query ({ms[0]:.1f}-{ms[-1]:.1f}) on one core, "
          f"{1000 / middle:.0f} queries/s, candidates given")  # fmt: skip
    return {"logic_v2_ms": round(middle, 2)}


def read_queries(samples: Path) -> list[dict[str, object]]:
    """Return FollowTheMoney examples: positives, negatives, labelled cases; shuffled, seed 8."""
    found: list[dict[str, object]] = []
    for file in ("negatives_global_1k.csv", "positives_un_treated.csv"):
        with (samples / file).open(encoding="utf-8", newline="") as raw:
            for row in csv.DictReader(raw):
                props = {"name": [row["full_name"]]}
                if row["date_of_birth"]:
                    props["birthDate"] = [row["date_of_birth"]]
                if row["nationality"]:
                    props["nationality"] = [row["nationality"]]
                found.append({"schema": "Person", "properties": props})
    for line in (samples / "cases.jsonl").read_text("utf-8").splitlines():
        query = json.loads(line)["query"]
        props = {"name": [query["name"]]}
        if query.get("birthDate"):
            props["birthDate"] = [query["birthDate"]]
        found.append({"schema": query["schema"], "properties": props})
    random.Random(8).shuffle(found)
    return found


class Server:
    def __init__(self, work: Path, samples: Path) -> None:
        folder = work / "workspace"
        maillon = [str(Path(sys.executable).with_name("maillon"))]
        subprocess.run([*maillon, "init", str(folder)], check=True, capture_output=True)
        with (folder / "maillon.toml").open("a") as settings:
            settings.write(TABLES)
        for file, adapter, dataset in (
            ("un_consolidated_2026-02-27.xml", "un-sc-xml", "un_sc"),
            ("ofac_sdn_2021-07.csv", "ofac-sdn-csv", "us_ofac_sdn"),
        ):
            load = [*maillon, "load", str(samples / file), "-w", str(folder), "--as", adapter]
            done = subprocess.run([*load, "--dataset", dataset], check=False, capture_output=True)
            if done.returncode not in {0, 3}:
                raise SystemExit(done.stderr.decode())
        self.log = (work / "log").open("w+")
        serve = [*maillon, "serve", "-w", str(folder), "--port", "0", "--quiet", "--no-worker"]
        self.process = subprocess.Popen(serve, stderr=self.log, stdout=self.log)

    def ready(self) -> str:
        until = time.monotonic() + 300
        while time.monotonic() < until and self.process.poll() is None:
            said = Path(self.log.name).read_text()
            if found := re.search(r"http://127\.0\.0\.1:(\d+)", said):
                try:
                    with urllib.request.urlopen(f"{found[0]}/readyz", timeout=120):
                        return found[0]
                except OSError:
                    pass
            time.sleep(0.2)
        raise SystemExit(f"the server did not come up:\n{Path(self.log.name).read_text()}")

    def rss_mib(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(60)
        self.log.close()


def measure(server: Server, base: str, queries: list, chosen: argparse.Namespace) -> dict:
    bodies = [body(queries, start) for start in range(0, len(queries) - BATCH + 1, BATCH)]
    port = int(base.rpartition(":")[2])
    ask(http.client.HTTPConnection("127.0.0.1", port), bodies[0])
    one = http.client.HTTPConnection("127.0.0.1", port)
    each = []
    for turn in range(40 if chosen.quick else 200):
        start = time.perf_counter()
        assert ask(one, bodies[turn % len(bodies)]) == 200
        each.append((time.perf_counter() - start) * 1000 / BATCH)
    single = [singly(one, queries[n % len(queries)]) for n in range(100 if chosen.quick else 500)]
    each.sort()
    single.sort()
    p99, p99_single = each[int(len(each) * 0.99)], single[int(len(single) * 0.99)]
    print(f"1 client: {each[len(each) // 2]:.2f} ms a query median, p99 {p99:.2f} "
          f"(requests of {BATCH}); one query alone {single[len(single) // 2]:.1f} ms, "
          f"p99 {p99_single:.1f}")  # fmt: skip
    done, errors, memory = flood(server, port, bodies, chosen)
    rate = done * BATCH / chosen.seconds
    print(f"{chosen.clients} clients, {chosen.seconds:.0f} s: {rate:.0f} queries/s, "
          f"{errors} errors; "
          f"memory {memory[0]:.0f} MiB after 5 s, {memory[-1]:.0f} at the end")  # fmt: skip
    return {
        "match_p99_ms": round(p99, 3), "single_p99_ms": round(p99_single, 2),
        "queries_per_second": round(rate, 1),
        "requests_per_second": round(done / chosen.seconds, 2),
        "errors": errors, "rss_mib": [round(one) for one in memory],
    }  # fmt: skip


def body(queries: list, start: int) -> bytes:
    return json.dumps({"queries": {str(n): queries[start + n] for n in range(BATCH)}}).encode()


def ask(connection: http.client.HTTPConnection, raw: bytes) -> int:
    headers = {"Content-Type": "application/json"}
    connection.request("POST", "/match/default", raw, headers)
    with connection.getresponse() as response:
        response.read()
        return response.status


def singly(connection: http.client.HTTPConnection, query: dict) -> float:
    start = time.perf_counter()
    assert ask(connection, json.dumps({"queries": {"q": query}}).encode()) == 200
    return (time.perf_counter() - start) * 1000


def flood(server: Server, port: int, bodies: list[bytes], chosen: argparse.Namespace) -> tuple:
    until = time.monotonic() + chosen.seconds
    counts, memory = [0, 0], []
    lock = threading.Lock()

    def client(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        turn = number
        while time.monotonic() < until:
            try:
                good = ask(connection, bodies[turn % len(bodies)]) == 200
            except OSError:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
                good = False
            turn += 1
            with lock:
                counts[0 if good else 1] += 1

    threads = [threading.Thread(target=client, args=(n,)) for n in range(chosen.clients)]
    for one in threads:
        one.start()
    while time.monotonic() < until:
        time.sleep(min(5, max(0.1, until - time.monotonic())))
        memory.append(server.rss_mib())
    for one in threads:
        one.join()
    return counts[0], counts[1], memory


if __name__ == "__main__":
    sys.exit(main())
