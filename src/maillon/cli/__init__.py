"""The command line: one verb a command."""


def main() -> int:
    """Run the command line; return its exit code."""
    from maillon.cli.app import main as run

    return run()


__all__ = ["main"]
