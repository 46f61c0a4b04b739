"""One country of 2,000 persons, written once; tests read it and change nothing."""

from pathlib import Path

import pytest

from maillon.training import Country, write

PERSONS = 2000
SEED = 1


@pytest.fixture(scope="session")
def country(tmp_path_factory: pytest.TempPathFactory) -> Country:
    folder: Path = tmp_path_factory.mktemp("ruritania")
    return write(folder, PERSONS, SEED)
