"""`python -m leadenrich.testing new acme` makes a plugin for a provider: adapter, cases, fake and tests."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from leadenrich.errors import ConfigurationError
from leadenrich.testing.new_plugin import new_plugin


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m leadenrich.testing", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    new = commands.add_parser("new", help="make a plugin for a provider")
    new.add_argument("id", help="the provider's id, lower_snake: acme")
    new.add_argument("--into", default=".", help="where the folder is made (default: here)")
    new.add_argument("--title", default=None, help="the vendor's name as it spells itself")
    given = parser.parse_args(arguments)
    try:
        folder = new_plugin(given.id, given.into, given.title)
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{folder} is made. Its tests pass as it is; its README says what to change:")
    print(f"  cd {folder} && pip install -e '.[test]' && pytest")
    return 0


if __name__ == "__main__":
    sys.exit(main())
