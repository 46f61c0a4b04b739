"""The worker: takes jobs off the desk, does them, and looks at the drop folders in between."""

from maillon.web.worker.loop import run_worker

__all__ = ["run_worker"]
