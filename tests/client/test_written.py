"""The verbs of the client are those of the service: written from its OpenAPI document."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def writer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("write_client", ROOT / "tools/write_client.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_what_is_written_is_what_the_document_says(writer: ModuleType) -> None:
    files = writer.formatted(writer.files_of(writer.document()))
    held = {path.name: path.read_text("utf-8") for path in writer.TARGET.glob("*.py")}
    assert held == files, "run `python3 dev.py client`"


def test_every_operation_of_a_program_is_a_verb(writer: ModuleType) -> None:
    document = writer.document()
    wanted = {
        one["operationId"]
        for path, item in document["paths"].items()
        for one in item.values()
        if path.startswith("/api/v1") and one["tags"][0] not in writer.BROWSER
    }
    assert {verb.name for verb in writer.verbs_of(document)} == wanted - {"watch_job"}
