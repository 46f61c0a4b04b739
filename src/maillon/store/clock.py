"""The one place of the store that reads the clock."""

from datetime import UTC, datetime


def utc_now() -> str:
    """Return this instant, aware UTC, ISO 8601 to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
