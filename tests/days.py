"""The day as the clock has it when it is asked: a run that began before midnight ends after it."""

from datetime import UTC, datetime


def today() -> str:
    """Return the day, ISO 8601, in UTC."""
    return datetime.now(UTC).date().isoformat()
