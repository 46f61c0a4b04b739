"""One function deletes: every path goes through it, and nothing else removes a file."""

import ast
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "maillon" / "store"
REMOVERS = {
    "backup.back_up": "a backup that did not become whole",
    "backup._alone": "a backup that a killed process left half made",
    "backup._remove": "a backup beyond those that are kept: copies of the desk and files",
    "recovery.recover": "a restored workspace that did not get its name",
    "recovery._repoint": "the settings of a workspace that is being restored, written anew",
    "lake.sweep_placed": "files that no row names and no reader has",
    "lake._remove": "the folder of a load that is over",
    "rewriting.sweep": "outgoing files: the one place",
    "derived.forget_derived": "derived: made again at will",
    "derived.deriving": "derived",
    "derived._forget_folders": "derived",
    "forgetting.drop_derived": "derived",
    "erasure_list._make_key": "the key's temporary file",
    "seal._make": "the temporary file of the key of the login",
    "job_files.receiving": "what was sent with a job that was not enqueued",
    "job_files.erase": "a job's folder: no statement stands there alone",
    "job_files.tidy": "what an ended job needs no more",
    "job_files.sweep": "folders that no job has",
    "uploads.add": "what was sent and did not become whole",
    "uploads._erase": "a file that its sender gave up or that became a job: no statement stands on it",
    "uploads.sweep": "files that nobody said anything of for a week",
}


def test_nothing_else_in_the_store_removes_a_file() -> None:
    found = set()
    for file in SOURCE.rglob("*.py"):
        for function in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(function, ast.FunctionDef):
                for node in ast.walk(function):
                    if isinstance(node, ast.Attribute) and (
                        node.attr in {"unlink", "rmtree", "rmdir", "removedirs"}
                        or ast.unparse(node) == "os.remove"
                    ):
                        found.add(f"{file.stem}.{function.name}")
    assert found == set(REMOVERS)


def test_every_tombstone_is_written_by_the_one_function() -> None:
    callers = set()
    for file in SOURCE.rglob("*.py"):
        for function in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(function, ast.FunctionDef) and "insert(TOMBSTONE)" in ast.unparse(
                function
            ):
                callers.add(f"{file.stem}.{function.name}")
    assert callers == {"erasure._write", "again._bury"}
