"""The command line: one verb a command."""

import atexit
import gc
from typing import Final

MADE: Final = 250_000
"""Objects made before the collector looks through them: more than a start makes, for those stay."""


def main() -> int:
    """Run the command line; return its exit code."""
    before = gc.get_threshold()
    gc.set_threshold(MADE, *before[1:])
    atexit.register(gc.freeze)  # the end of the process frees all: nobody need look for cycles
    try:
        from maillon.cli.app import main as run

        return run()
    finally:
        gc.set_threshold(*before)


__all__ = ["main"]
