"""What came of jobs goes when anything of what it was made of may not be seen any more."""

from sqlalchemy import Connection, select, update

from maillon.store.jobs import JobState
from maillon.store.tables_jobs import JOB


def drop_results(connection: Connection) -> list[str]:
    """Let go of every file that came of a job, in a write transaction; return the jobs' ids.

    They were made of statements of which some may not be seen any more; a failed job may have begun
    one. The folders are the caller's to erase, after the commit.
    """
    ended = JOB.c.state.in_([JobState.DONE.value, JobState.FAILED.value])
    rows = connection.execute(select(JOB).where(ended)).all()
    found = [row for row in rows if row.result.get("file") or row.state == JobState.FAILED.value]
    for row in found:
        result = {name: said for name, said in row.result.items() if name != "file"}
        connection.execute(update(JOB).where(JOB.c.number == row.number).values(result=result))
    return [row.id for row in found]
