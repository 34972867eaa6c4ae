"""Starts the service on this machine alone: `leadenrich-service [--port 8300]`."""

from __future__ import annotations

import argparse

import uvicorn

from leadenrich_service.app import create_app


def main() -> None:
    """Serve until a signal ends it; runs under way are stopped first."""
    parser = argparse.ArgumentParser(prog="leadenrich-service", description=__doc__)
    parser.add_argument("--port", type=int, default=8300, help="on 127.0.0.1; 0 takes a free one")
    chosen = parser.parse_args()
    uvicorn.run(
        create_app(),
        host="127.0.0.1",
        port=chosen.port,
        log_level="info",
        access_log=False,
        timeout_graceful_shutdown=5,
    )


if __name__ == "__main__":
    main()
