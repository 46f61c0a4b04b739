"""A workspace served as it is where people work: ``maillon serve`` in a process of its own.

The browser and what asks run in another one, so that neither waits for the other's interpreter.
"""

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.journeys.service_kills import Served
from tests.web.pages.conftest import House

from maillon.store.login.accounts import Accounts
from maillon.store.login.gate import open_gate
from maillon.workspace import Workspace


class Apart(House):
    """A served workspace whose service runs in another process.

    Args:
        base: Its address.
        accounts: Gives people theirs.
    """

    def __init__(self, base: str, accounts: Accounts) -> None:
        self.base, self.accounts = base, accounts
        self._codes: dict[str, str] = {}


@contextmanager
def apart(folder: Path, keys: Path) -> Iterator[Apart]:
    """Serve a workspace until the block is left.

    Args:
        folder: The workspace.
        keys: Its keys folder.
    """
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = int(held.getsockname()[1])
    with Workspace.open(folder) as workspace:
        accounts = Accounts(open_gate(workspace.store, keys))
        served = Served(folder, keys, port)
        try:
            served.wait()
            yield Apart(served.base, accounts)
        finally:
            served.process.send_signal(signal.SIGTERM)
            served.process.wait()
            served.ended()
