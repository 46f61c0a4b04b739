"""Originals are sealed part by part: what was changed, cut, moved or swapped does not open."""

import io
import random
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, cast

import pytest

from maillon.model import StoreError
from maillon.store.originals import MAGIC, PART, new_key, seal, sealed_name, unsealed

from .keeping import Clocked, clocked

HEADER = len(MAGIC) + 7
SEALED_PART = PART + 16
SIZES = (0, 1, PART - 1, PART, PART + 1, 3 * PART, 3 * PART + 5)


def sealed(folder: Path, content: bytes, name: str = "one") -> tuple[Path, str]:
    file, key = folder / name, new_key()
    assert seal(io.BytesIO(content), file, key, lambda _: None) == len(content)
    return file, key


def content(size: int) -> bytes:
    return random.Random(size).randbytes(size)


@pytest.mark.parametrize("size", SIZES)
def test_a_sealed_file_reads_and_seeks_as_the_one_delivered(tmp_path: Path, size: int) -> None:
    held = content(size)
    plain = io.BytesIO(held)
    file, key = sealed(tmp_path, held)
    with unsealed(file, key) as lent:
        for place, wanted in [(0, -1), (max(size - 3, 0), 9), (PART - 2, 5), (size + 7, 4), (0, 1)]:
            assert lent.seek(place) == plain.seek(place)
            assert lent.read(wanted) == plain.read(wanted)
        assert lent.seek(-1 if size else 0, io.SEEK_END) == max(size - 1, 0)
        lent.seek(0)
        assert lent.readline() == io.BytesIO(held).readline()


def test_what_comes_in_small_pieces_is_sealed_the_same(tmp_path: Path) -> None:
    class Pipe(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(size or 0, 1000))

    key, held = new_key(), content(PART + 5)
    seal(Pipe(held), tmp_path / "one", key, lambda _: None)
    with unsealed(tmp_path / "one", key) as lent:
        assert lent.read() == held


def cut_short(raw: bytearray) -> None:
    del raw[-1]


def cut_at_a_part(raw: bytearray) -> None:
    del raw[HEADER + 2 * SEALED_PART :]


def cut_to_nothing(raw: bytearray) -> None:
    del raw[HEADER:]


def flipped(raw: bytearray) -> None:
    raw[HEADER + SEALED_PART + 100] ^= 1


def another_nonce(raw: bytearray) -> None:
    raw[len(MAGIC)] ^= 1


def reordered(raw: bytearray) -> None:
    one, two = (
        slice(HEADER, HEADER + SEALED_PART),
        slice(HEADER + SEALED_PART, HEADER + 2 * SEALED_PART),
    )
    raw[one], raw[two] = raw[two], raw[one]


def doubled(raw: bytearray) -> None:
    raw[HEADER + SEALED_PART : HEADER + SEALED_PART] = raw[HEADER : HEADER + SEALED_PART]


def lengthened(raw: bytearray) -> None:
    raw += b"x"


def headless(raw: bytearray) -> None:
    del raw[:1]


@pytest.mark.parametrize(
    "tamper",
    [cut_short, cut_at_a_part, cut_to_nothing, flipped, another_nonce, reordered, doubled,
     lengthened, headless],
)  # fmt: skip
def test_what_was_changed_does_not_open_and_is_named(
    tmp_path: Path, tamper: Callable[[bytearray], None]
) -> None:
    file, key = sealed(tmp_path, content(3 * PART))
    raw = bytearray(file.read_bytes())
    tamper(raw)
    file.write_bytes(raw)
    with pytest.raises(StoreError, match=r"one: .* restore the file from the backup"):  # noqa: SIM117
        with unsealed(file, key) as lent:
            lent.read()


def test_parts_of_another_file_do_not_open(tmp_path: Path) -> None:
    one, key = sealed(tmp_path, content(2 * PART), "one")
    two, _ = sealed(tmp_path, content(2 * PART), "two")
    raw = bytearray(one.read_bytes())
    raw[HEADER : HEADER + SEALED_PART] = two.read_bytes()[HEADER : HEADER + SEALED_PART]
    one.write_bytes(raw)
    with unsealed(one, key) as lent, pytest.raises(StoreError, match="part 1 of 2"):
        lent.read()


def test_with_another_key_nothing_opens(tmp_path: Path) -> None:
    file, _ = sealed(tmp_path, b"secret")
    with unsealed(file, new_key()) as lent, pytest.raises(StoreError, match="part 1 of 1"):
        lent.read()


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    class Zeros(io.RawIOBase):  # a pipe of nothing
        left = 200 * PART

        def read(self, size: int = -1, /) -> bytes:
            size = min(size, self.left)
            self.left -= size
            return bytes(size)

    key = new_key()
    seal(io.BytesIO(b""), tmp_path / "warm", key, lambda _: None)
    tracemalloc.start()
    seal(cast("IO[bytes]", Zeros()), tmp_path / "big", key, lambda _: None)
    with unsealed(tmp_path / "big", key) as lent:
        while lent.read(PART):
            pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 12 * PART


@pytest.fixture
def w(tmp_path: Path) -> Iterator[Clocked]:
    held = clocked(tmp_path / "w")
    yield held
    held.store.close()


TEXT = "anna,name,Anna Nova\n"


def test_a_delivered_file_is_nowhere_in_the_workspace_in_clear(w: Clocked) -> None:
    text = "".join(f"p{n},name,Rarename{n}\n" for n in range(20))
    id_ = w.load(text).delivery.id
    folder = w.store.settings.folder
    assert [f.name for f in (folder / "originals").iterdir()] == [sealed_name(id_)]
    for file in folder.rglob("*"):
        if file.is_file() and file.suffix != ".parquet":
            assert b"Rarename7" not in file.read_bytes(), file
    with w.store.original(w.reader(), id_) as (raw, adapter, options):
        assert (raw.read().decode(), adapter, options) == (text, "lines", {})


def test_each_delivery_has_a_key_of_its_own(w: Clocked) -> None:
    one, two = w.load(TEXT).delivery.id, w.load(TEXT, dataset="e").delivery.id
    folder = w.store.settings.folder / "originals"
    first, second = folder / sealed_name(one), folder / sealed_name(two)
    held = first.read_bytes()
    second.replace(first)
    second.write_bytes(held)
    for id_ in (one, two):
        with w.store.original(w.reader(), id_) as (raw, _, _), pytest.raises(StoreError):
            raw.read()


def as_of_before(w: Clocked, id_: str) -> Path:
    """Make the delivery what an older version left: a plain file, and no clock."""
    folder = w.store.settings.folder / "originals"
    with w.house.writing() as connection:
        (sha256,) = connection.exec_driver_sql("SELECT sha256 FROM delivery").first() or ("",)
        connection.exec_driver_sql("DELETE FROM kept_delivery")
    (folder / sealed_name(id_)).unlink()
    (folder / sha256).write_bytes(TEXT.encode())
    return folder / sha256


def test_a_plain_original_of_before_opens_and_is_sealed_by_a_run(w: Clocked) -> None:
    id_ = w.load(TEXT).delivery.id
    plain = as_of_before(w, id_)
    assert w.store.check() == []
    with w.store.original(w.reader(), id_) as (raw, _, _):
        assert raw.read().decode() == TEXT
    assert w.run().sealed == 1
    assert not plain.exists()
    with w.store.original(w.reader(), id_) as (raw, _, _):
        assert raw.read().decode() == TEXT
    assert w.run().sealed == 0
    assert w.store.check() == []


def test_a_plain_original_that_was_changed_is_not_sealed(w: Clocked) -> None:
    plain = as_of_before(w, w.load(TEXT).delivery.id)
    plain.write_bytes(b"something else")
    with pytest.raises(StoreError, match="is not the file that was delivered"):
        w.run()


def test_an_original_that_is_gone_or_no_sealed_one_is_said(w: Clocked) -> None:
    id_ = w.load(TEXT).delivery.id
    file = w.store.settings.folder / "originals" / sealed_name(id_)
    file.write_bytes(b"plain")
    assert w.store.check() == [f"{id_}: its original {file.name} cannot be opened"]
    file.unlink()
    assert w.store.check() == [f"{id_}: its original is gone"]
    with pytest.raises(StoreError, match="restore it from the backup"):  # noqa: SIM117
        with w.store.original(w.reader(), id_):
            pass
