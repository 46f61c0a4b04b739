"""Work on many records shared by processes: screening a file, building the index of a long list.

Batches go to a process as it becomes free and their answers come back in the batches' order; they
are the same whichever process gave them.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from maillon.screen.entry import Entry

if TYPE_CHECKING:
    from maillon.screen.index import Segment
    from maillon.screen.screen import Screened
    from maillon.screen.workers import Job

PART: Final = 25_000
"""Entries that are indexed at a time, by one process: what a part takes is bounded."""


class Pool:
    """Processes that answer for one list side.

    Args:
        segments: The list side; what is not on disk is written to a folder of its own.
        gone: For each segment, numbers of entries that count no longer.
        limits: What `Screen` takes besides.
        processes: How many.
    """

    def __init__(
        self,
        segments: "Sequence[Segment]",
        gone: Sequence[frozenset[int]],
        limits: dict[str, Any],
        processes: int,
    ) -> None:
        import tempfile  # noqa: PLC0415 - only a long run needs it

        from maillon.screen.workers import Workers  # noqa: PLC0415 - as above

        self._scratch = tempfile.TemporaryDirectory(prefix="maillon-screen-")
        folders = [
            one.folder or _saved(one, Path(self._scratch.name) / str(number))
            for number, one in enumerate(segments)
        ]
        order = (folders, tuple(gone), limits)
        self.workers = Workers("maillon.screen.pool:screening", order, processes)

    def ask(self, batches: Iterable[Sequence[Entry]]) -> "Iterator[list[Screened]]":
        """Yield the answers to each batch, in their order; few batches are read ahead."""
        yield from self.workers.do(list(batch) for batch in batches)

    def close(self) -> None:
        """End the processes."""
        self.workers.close()
        self._scratch.cleanup()


def _saved(segment: "Segment", folder: Path) -> Path:
    segment.save(folder)
    return folder


def screening(order: tuple[Sequence[Path], Sequence[frozenset[int]], dict[str, Any]]) -> "Job":
    """Return what screens a batch, in a process of its own."""
    from maillon.screen.index import open_segment  # noqa: PLC0415 - a cycle
    from maillon.screen.screen import Screen  # noqa: PLC0415 - as above

    folders, gone, limits = order
    screen = Screen([open_segment(one) for one in folders], gone=gone, **limits)
    return lambda batch: list(screen.ask(batch))


def build_large(entries: Iterable[Entry], *, processes: int = 1) -> "Segment":
    """Index entries part by part: the same segment as `index.build` makes, in bounded memory.

    Args:
        entries: In a fixed order.
        processes: How many share the work when there is more than one part.
    """
    from maillon.screen.index import build, unpack_segment  # noqa: PLC0415 - a cycle
    from maillon.screen.merge import merge  # noqa: PLC0415 - as above

    waiting = iter(entries)
    first, second = list(islice(waiting, PART)), list(islice(waiting, PART))
    if not second:
        return build(first)

    def parts() -> Iterator[list[Entry]]:
        yield from (first, second)
        while part := list(islice(waiting, PART)):
            yield part

    if processes < 2:  # noqa: PLR2004 - one alone
        return merge([build(part) for part in parts()])
    from maillon.screen.workers import Workers  # noqa: PLC0415 - only a long list needs it

    workers = Workers("maillon.screen.pool:building", None, processes)
    try:
        return merge([unpack_segment(packed) for packed in workers.do(parts())])
    finally:
        workers.close()


def building(_: None) -> "Job":
    """Return what indexes a part, in a process of its own."""
    from maillon.screen.index import build, pack_segment  # noqa: PLC0415 - a cycle

    return lambda part: pack_segment(build(part))


__all__ = ["Pool", "build_large", "building", "screening"]
