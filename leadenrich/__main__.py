"""`python -m leadenrich enrich leads.csv --find email` and `python -m leadenrich doctor`."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line; return its exit code."""
    try:
        from leadenrich.cli.app import app

        app()
    except KeyboardInterrupt:  # before the command has begun, which ends well by itself
        return 130
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "typer":
            raise
        print('the command line needs typer: pip install "leadenrich[cli]"', file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
