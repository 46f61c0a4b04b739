"""Checks an export of Maillon's ledger, or the proof of one entry. One file, standard library only.

python verifier.py EXPORT [--checkpoint FILE] [--key PUB] [--witness PUB] [--leaves FILE] [--json]
python verifier.py --proof FILE --key PUB

EXPORT is what ``maillon audit export`` wrote. A checkpoint says size and root of the log as it was;
the file ``leaves``, beside it or named, holds the hash of every entry up to there: from it the
first bad entry gets its number. Exit: 0 sound, 1 tampered with, 2 unreadable.

Source: RFC 9162 (tree), RFC 8032 (Ed25519), C2SP signed-note and tlog-cosignature (notes).
"""

import argparse
import base64
import json
import sys
from binascii import unhexlify
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256, sha512
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import IO, Any, Final

HEADER: Final = b"maillon ledger export 1"
CHUNK: Final = 1 << 16
"""Entries that are checked at a time: a full subtree."""
LARGE: Final = 1 << 26
"""Bytes from which an export is checked by two processes."""
READ: Final = json.JSONDecoder().scan_once  # type: ignore[attr-defined]  # documented by none, there in all
ERASED: Final = "erase ledger text"
KINDS: Final = (
    "edit", "delete", "tail cut", "prefix purge", "drop", "reorder", "relink", "clock back",
    "duplicate", "fork", "key swap", "anchor replay", "old backup", "bulk SQL",
)  # fmt: skip
"""Ways to tamper with a ledger."""
ENDS: Final = ("tail cut", "drop", "anchor replay", "old backup")
"""Those that leave an older state of the log, which was genuine once."""
WHY: Final = (
    "an older state of the log is genuine in itself: only a newer checkpoint kept outside tells",
    "who writes the database can recompute its hashes: only a checkpoint kept outside tells",
)


class UnreadableError(Exception):
    """What was given is no export, note, key or proof."""


class Tree:
    """The tree of RFC 9162 as the roots of its full subtrees, each with its height."""

    def __init__(self, peaks: Iterable[tuple[int, bytes]] = ()) -> None:
        self.peaks = list(peaks)

    def add(self, node: bytes, height: int = 0) -> None:
        """Append a full subtree."""
        while self.peaks and self.peaks[-1][0] == height:
            node = sha256(b"\x01" + self.peaks.pop()[1] + node).digest()
            height += 1
        self.peaks.append((height, node))

    def root(self) -> bytes:
        """Return the root."""
        if not self.peaks:
            return sha256(b"").digest()
        root = self.peaks[-1][1]
        for _, node in reversed(self.peaks[:-1]):
            root = sha256(b"\x01" + node + root).digest()
        return root


@dataclass(slots=True)
class Part:
    """What a stretch of entries came to.

    Attributes:
        first: Number of its first entry.
        count: How many there are.
        peaks: Of its tree.
        cuts: Peaks after the entries with these numbers.
        times: When the entries at the cuts, and those after them, were written.
        bad: First entry that contradicts itself or the one before, and how.
        differs: First entry whose hash is another one than outside; 0 for none.
        erased: Entries without text.
        told: Entries that another one says were erased.
        first_at: When its first entry with text was written.
        at: When its last one was.
    """

    first: int
    count: int = 0
    peaks: list[tuple[int, bytes]] = field(default_factory=list)
    cuts: dict[int, list[tuple[int, bytes]]] = field(default_factory=dict)
    times: dict[int, str] = field(default_factory=dict)
    bad: tuple[int, str] | None = None
    differs: int = 0
    erased: list[int] = field(default_factory=list)
    told: set[int] = field(default_factory=set)
    first_at: str = ""
    at: str = ""


def read_part(
    lines: Iterable[bytes], first: int, cuts: Sequence[int] = (), kept: IO[bytes] | None = None
) -> Part:
    """Return what a stretch of an export comes to.

    Args:
        lines: Its lines: salt, entry, leaf hash.
        first: Number of the first entry.
        cuts: Numbers after which the state of the tree is wanted.
        kept: Leaf hashes kept outside, at the place of the first entry.
    """
    part, hashes, wanted = Part(first), [], set(cuts)
    timed = wanted | {size + 1 for size in wanted}
    for number, line in enumerate(lines, first):
        leaf, at = _leaf(part, number, line.rstrip(b"\n"))
        hashes.append(leaf)
        if number in timed:
            part.times[number] = at
    if kept is not None:
        part.differs = _differs(hashes, kept.read(32 * len(hashes)), first)
    levels = [hashes]
    while len(levels[-1]) > 1:
        steps = iter(levels[-1])
        levels.append(
            [sha256(b"\x01" + a + b).digest() for a, b in zip(steps, steps, strict=False)]
        )
    part.count, part.peaks = len(hashes), _peaks(levels, len(hashes))
    for size in wanted:
        if first <= size < first + part.count:
            part.cuts[size] = _peaks(levels, size - first + 1)
    return part


def _differs(hashes: Sequence[bytes], others: bytes, first: int) -> int:
    if b"".join(hashes).startswith(others[: len(others) // 32 * 32]):
        return 0
    held = (others[at : at + 32] for at in range(0, len(others), 32))
    return next(
        n for n, (one, two) in enumerate(zip(hashes, held, strict=False), first) if one != two
    )


def _peaks(levels: Sequence[Sequence[bytes]], count: int) -> list[tuple[int, bytes]]:
    found, at = [], 0
    for height in reversed(range(len(levels))):
        if count >> height & 1:
            found.append((height, levels[height][at >> height]))
            at += 1 << height
    return found


def _leaf(part: Part, number: int, line: bytes) -> tuple[bytes, str]:
    """Return the hash of an entry's leaf and its time, after checking the entry by itself."""
    try:
        salt, text, said = line.split(b"\t")
        stated = unhexlify(said)
        if len(stated) != 32:  # noqa: PLR2004 - bytes of SHA-256
            _bad(part, number, "what stands as its hash is none")
        if not salt and not text:
            part.erased.append(number)
            return stated, ""
        leaf = sha256(b"\x00" + unhexlify(salt) + text).digest()
        whole = text.decode()
        entry, end = READ(whole, 0)
        at = str(entry["at"] if end == len(whole) else entry[whole])  # more than one is none
        if leaf != stated:
            _bad(part, number, "its text is not that of its hash")
        if entry["number"] != number:
            _bad(part, number, f"the entry here says it is number {entry['number']}")
        if at < part.at:
            _bad(part, number, f"it is of {at}, the one before of {part.at}")
        if entry["act"] == ERASED:
            part.told.update(entry["detail"]["numbers"])
    except (ValueError, KeyError, TypeError, RecursionError, StopIteration) as error:
        _bad(part, number, f"it is no entry ({type(error).__name__})")
        return sha256(b"\x00" + line).digest(), ""
    part.first_at = part.first_at or at
    part.at = at
    return leaf, at


def _bad(part: Part, number: int, why: str) -> None:
    if part.bad is None:
        part.bad = (number, why)


def joined(parts: Iterable[Part]) -> tuple[Part, dict[int, bytes]]:
    """Return stretches as one, and the root of the tree after each cut."""
    whole, tree, roots = Part(1), Tree(), {0: Tree().root()}
    for part in parts:
        for size, peaks in part.cuts.items():
            at_cut = Tree(tree.peaks)
            for height, node in peaks:
                at_cut.add(node, height)
            roots[size] = at_cut.root()
        for height, node in part.peaks:
            tree.add(node, height)
        if part.first_at and part.first_at < whole.at:
            _bad(whole, part.first, f"it is of {part.first_at}, the one before of {whole.at}")
        whole.bad = whole.bad or part.bad
        whole.differs = whole.differs or part.differs
        whole.count += part.count
        whole.times |= part.times
        whole.erased += part.erased
        whole.told |= part.told
        whole.at = part.at or whole.at
    whole.peaks = tree.peaks
    roots[whole.count] = tree.root()
    untold = [number for number in whole.erased if number not in whole.told]
    if untold and (whole.bad is None or untold[0] < whole.bad[0]):
        whole.bad = (untold[0], "it has no text, and no entry says that it was erased")
    return whole, roots


def read_export(path: Path, cuts: Sequence[int] = (), leaves: Path | None = None) -> Iterator[Part]:
    """Yield the stretches of an export; a large one is read by two processes."""
    with path.open("rb") as raw:
        read_header(raw)
        tasks = [
            (path, place, first, [one for one in cuts if first - 1 <= one < first + CHUNK], leaves)
            for first, place in _places(raw)
        ]
    if path.stat().st_size < LARGE:
        yield from map(_chunk, tasks)
        return
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        yield from pool.map(_chunk, tasks)


def read_header(raw: IO[bytes]) -> list[str]:
    """Return the checkpoints that an export begins with, and stop at its first entry.

    Raises:
        UnreadableError: It is no export.
    """
    if not raw.readline().startswith(HEADER):
        raise UnreadableError("this is no export of a ledger: it begins otherwise")
    notes = []
    place = raw.tell()
    while (line := raw.readline()).startswith(b"#"):
        notes.append(base64.b64decode(line[1:]).decode("utf-8", "replace"))
        place = raw.tell()
    raw.seek(place)
    return notes


def _places(raw: IO[bytes]) -> list[tuple[int, int]]:
    """Return number and place of the first entry of each stretch, from here to the end."""
    place = raw.tell()
    places, lines = [(1, place)], 0
    while block := raw.read(1 << 22):
        count, at = block.count(b"\n"), 0
        while lines + count >= CHUNK:
            for _ in range(CHUNK - lines):
                at = block.index(b"\n", at) + 1
            count -= CHUNK - lines
            lines = 0
            places.append((places[-1][0] + CHUNK, place + at))
        lines += count
        place += len(block)
    return places


def _chunk(task: tuple[Path, int, int, Sequence[int], Path | None]) -> Part:
    path, place, first, cuts, leaves = task
    with path.open("rb") as raw:
        raw.seek(place)
        if leaves is None:
            return read_part(islice(raw, CHUNK), first, cuts)
        with leaves.open("rb") as kept:
            kept.seek((first - 1) * 32)
            return read_part(islice(raw, CHUNK), first, cuts, kept)


# -- Ed25519 (RFC 8032, 5.1.7 and 6)

P: Final = 2**255 - 19
ORDER: Final = 2**252 + 27742317777372353535851937790883648493
D: Final = -121665 * pow(121666, -1, P) % P
Point = tuple[int, int, int, int]


def _plus(p: Point, q: Point) -> Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _times(factor: int, point: Point) -> Point:
    found: Point = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            found = _plus(found, point)
        point = _plus(point, point)
        factor >>= 1
    return found


def _point(text: bytes) -> Point | None:
    whole = int.from_bytes(text, "little")
    sign, y = whole >> 255, whole & ((1 << 255) - 1)
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return (x, y, 1, x * y % P)


BASE: Final = _point((4 * pow(5, -1, P) % P).to_bytes(32, "little")) or (0, 1, 1, 0)


def is_signed(key: bytes, text: bytes, signature: bytes) -> bool:
    """Return whether an Ed25519 signature of 64 bytes over a text is that of a public key."""
    if len(key) != 32 or len(signature) != 64:  # noqa: PLR2004 - RFC 8032, 5.1.5 and 5.1.6
        return False
    a, r, s = _point(key), _point(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= ORDER:
        return False
    h = int.from_bytes(sha512(signature[:32] + key + text).digest(), "little") % ORDER
    left, right = _times(s, BASE), _plus(r, _times(h, a))
    return not any((left[i] * right[2] - right[i] * left[2]) % P for i in (0, 1))


# -- notes, proofs, the verdict


@dataclass(frozen=True, slots=True)
class Note:
    """A signed checkpoint: what the log was."""

    text: str
    origin: str
    size: int
    root: bytes
    time: str
    signatures: tuple[tuple[str, bytes], ...]

    @classmethod
    def read(cls, text: str) -> "Note":
        """Read one; what is none is an `UnreadableError`."""
        try:
            body, _, below = text.partition("\n\n")
            origin, size, root, time = body.split("\n")[:4]
            lines = [line.split(" ") for line in below.splitlines() if line.startswith("— ")]
            signatures = tuple((name, base64.b64decode(value)) for _, name, value in lines)
            _, when = time.split(" ", 1)
            return cls(body + "\n", origin, int(size), base64.b64decode(root), when, signatures)
        except ValueError:
            raise UnreadableError("this is no checkpoint") from None

    def is_by(self, public: str) -> bool:
        """Return whether the holder of a key signed it; ``name+hash+base64`` is the public part."""
        try:
            name, _, value = public.strip().split("+", 2)
            key = base64.b64decode(value)
        except ValueError:
            raise UnreadableError("this is no public key: it reads name+hash+base64") from None
        mark = sha256(name.encode() + b"\n" + key).digest()[:4]
        for signer, found in self.signatures:
            if signer != name or found[:4] != mark:
                continue
            text, signature = self.text.encode(), found[4:]
            if key[0] == 4:  # noqa: PLR2004 - C2SP tlog-cosignature: a witness says when
                when, signature = int.from_bytes(found[4:12], "big"), found[12:]
                text = f"cosignature/v1\ntime {when}\n".encode() + text
            if is_signed(key[1:], text, signature):
                return True
        return False


def path_root(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """Return the root that an inclusion path leads to (RFC 9162, 2.1.3.2); None: no such path."""
    place, last, node = index, size - 1, leaf
    for one in path:
        if not last:
            return None
        if place & 1 or place == last:
            node = sha256(b"\x01" + one + node).digest()
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = sha256(b"\x01" + node + one).digest()
        place, last = place >> 1, last >> 1
    return None if last or not 0 <= index < size else node


def check_proof(text: str, keys: Sequence[str]) -> list[str]:
    """Return what is wrong with the proof of one entry; [] when it holds."""
    try:
        said = json.loads(text)
        note, number, path = Note.read(said["checkpoint"]), said["number"], said["path"]
        entry = None if said["entry"] is None else said["entry"].encode()
        leaf = bytes.fromhex(said["leaf"])
        if entry is not None:
            leaf = sha256(b"\x00" + bytes.fromhex(said["salt"]) + entry).digest()
        root = path_root(leaf, number - 1, note.size, [bytes.fromhex(one) for one in path])
        is_other = entry is not None and json.loads(entry)["number"] != number
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UnreadableError("this is no proof of an entry") from None
    wrong = [] if root == note.root else ["the entry is not in the log that the checkpoint signs"]
    if is_other:
        wrong.append("the entry is of another number")
    return wrong + _signers(note, keys, ())


def _signers(note: Note, keys: Sequence[str], witnesses: Sequence[str]) -> list[str]:
    wrong = []
    if keys and not any(map(note.is_by, keys)):
        wrong.append(f"the checkpoint of {note.time} is not signed by the key that was given")
    return wrong + [
        f"the checkpoint of {note.time} is not co-signed by the witness {one.split('+')[0]}"
        for one in witnesses if not note.is_by(one)
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Held:
    """What the export is held against: checkpoints, keys, leaf hashes kept outside."""

    outside: Note | None = None
    inside: tuple[Note, ...] = ()
    keys: tuple[str, ...] = ()
    witnesses: tuple[str, ...] = ()
    leaves: Path | None = None


def judge(whole: Part, roots: dict[int, bytes], held: Held) -> dict[str, Any]:
    """Return what an export came to: what was found, the first bad entry, what is excluded."""
    found, exact, low, high = [], [], 1, 0
    signed = [one for one in held.inside if held.keys and any(map(one.is_by, held.keys))]
    if held.outside:
        found += _signers(held.outside, held.keys, held.witnesses)
    if held.keys and len(signed) < len(held.inside):
        found.append("the export holds checkpoints that are not signed by the key that was given")
    if whole.bad:
        found.append(f"entry {whole.bad[0]}: {whole.bad[1]}")
        exact.append(whole.bad[0])
    for note in [*signed, *([held.outside] if held.outside else [])]:
        said, after = f"the checkpoint of {note.time}", whole.times.get(note.size + 1, "")
        if roots.get(note.size) == note.root:
            low = max(low, note.size + 1)
            if after and after < note.time:
                found.append(f"entry {note.size + 1} is of {after}, before {said} that it follows")
                exact.append(note.size + 1)
            continue
        high = min(high or note.size, note.size)
        short = note.size > whole.count
        found.append(f"{said} says {note.size} entries, here are {whole.count}" if short
                     else f"entries 1 to {note.size} are not those of {said}")  # fmt: skip
    if high and held.leaves and held.outside and _fits(held.leaves, held.outside):
        if 0 < whole.differs <= held.outside.size:
            exact, high = [*exact, whole.differs], 0
        elif whole.count < held.outside.size:
            exact, high = [*exact, whole.count + 1], 0
    first = min(exact, default=0)
    # a root alone tells that something is bad, and not where: what was found may not be the first
    between = [min(low, high), min(high, first or high)] if high else None
    return {
        "entries": whole.count, "root": roots[whole.count].hex(), "erased": len(whole.erased),
        "sound": not found, "found": found, "first_bad": None if between else first or None,
        "between": between, "checkpoint": held.outside.time if held.outside else "",
        **_scope(held, signed, is_sound=not found),
    }  # fmt: skip


def _scope(held: Held, signed: Sequence[Note], *, is_sound: bool) -> dict[str, Any]:
    """Return which kinds of tampering are excluded up to which entry, and which are not."""
    excluded: list[str] = []
    if is_sound and held.outside:
        excluded = [one for one in KINDS if held.keys or one != "key swap"]
    elif is_sound and signed:
        excluded = [one for one in KINDS if one not in ENDS]
    sizes = [one.size for one in [*signed, held.outside] if one and excluded]
    return {
        "excluded": excluded, "excluded_up_to": max(sizes, default=0),
        "not_excluded": [one for one in KINDS if one not in excluded],
        "why": "" if held.outside or not is_sound else WHY[0] if signed else WHY[1],
    }  # fmt: skip


def _fits(leaves: Path, note: Note) -> bool:
    tree = Tree()
    with leaves.open("rb") as raw:
        for _ in range(note.size):
            tree.add(raw.read(32))
    return tree.root() == note.root


def verify(path: Path, held: Held) -> dict[str, Any]:
    """Return what an export comes to, see `judge`; its own checkpoints are looked at too."""
    with path.open("rb") as raw:
        inside = tuple(map(Note.read, read_header(raw)))
    held = Held(held.outside, inside, held.keys, held.witnesses, held.leaves)
    cuts = [one.size for one in [*inside, held.outside] if one]
    return judge(*joined(read_export(path, cuts, held.leaves)), held)


def told(said: dict[str, Any]) -> list[str]:
    """Return a verdict as lines for people."""
    lines = [f"{said['entries']:,} entries, root {said['root']}, {said['erased']:,} without text"]
    if said["checkpoint"]:
        lines.append(f"held against the checkpoint of {said['checkpoint']}")
    lines += said["found"]
    if said["first_bad"]:
        lines.append(f"first bad entry: {said['first_bad']}")
    if said["between"]:
        lines.append("first bad entry: one of {} to {}; the file `leaves` beside a checkpoint tells"
                     " which".format(*said["between"]))  # fmt: skip
    if said["excluded"]:
        lines.append(f"excluded in entries 1 to {said['excluded_up_to']:,}: "
                     + ", ".join(said["excluded"]))  # fmt: skip
    if said["sound"] and said["not_excluded"]:
        lines.append(f"not excluded: {', '.join(said['not_excluded'])}. {said['why']}".strip())
    return lines


def main(words: Sequence[str] | None = None) -> int:
    """Run from the command line; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("export", nargs="?", type=Path)
    for name in ("checkpoint", "leaves", "proof"):
        parser.add_argument(f"--{name}", type=Path)
    for name in ("key", "witness"):
        parser.add_argument(f"--{name}", type=Path, action="append", default=[])
    parser.add_argument("--json", action="store_true")
    said = parser.parse_args(words)
    try:
        keys, witnesses = (tuple(p.read_text() for p in of) for of in (said.key, said.witness))
        if said.proof:
            wrong = check_proof(said.proof.read_text("utf-8"), keys)
            sys.stdout.write("\n".join(wrong or ["the entry is in the log"]) + "\n")
            return int(bool(wrong))
        if said.export is None:
            parser.error("name an export, or --proof FILE")
        note = Note.read(said.checkpoint.read_text("utf-8")) if said.checkpoint else None
        beside = said.checkpoint.parent / "leaves" if said.checkpoint else None
        leaves = said.leaves or (beside if beside and beside.is_file() else None)
        verdict = verify(said.export, Held(note, (), keys, witnesses, leaves))
    except (OSError, UnreadableError, UnicodeError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(json.dumps(verdict) + "\n" if said.json else "\n".join(told(verdict)) + "\n")
    return int(not verdict["sound"])


if __name__ == "__main__":
    sys.exit(main())
