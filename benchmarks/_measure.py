"""What the benchmarks share: a loopback server, interleaved runs, medians with their spread, one results page."""

from __future__ import annotations

import asyncio
import contextlib
import json
import multiprocessing
import os
import platform
import re
import socket
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

from anyascii import anyascii

PAGE = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
RUNS = 7
HEAD = """# Performance

Written by the scripts in `benchmarks/`; every ratio is of runs side by side in one process' life.
"""


@dataclass
class Figure:
    """One bound and what was measured against it."""

    name: str
    value: str
    bound: str
    holds: bool


def median(values: list[float]) -> float:
    """Return the median."""
    return statistics.median(values)


def spread(values: list[float]) -> str:
    """Return "least to most"."""
    return f"{min(values):.2f} to {max(values):.2f}"


def interleaved(kinds: dict[str, Callable[[], Any]], runs: int = RUNS) -> dict[str, list[Any]]:
    """Run each kind in turn, `runs` times over, so that a busy moment hits all of them alike."""
    results: dict[str, list[Any]] = {kind: [] for kind in kinds}
    for _ in range(runs):
        for kind, run in kinds.items():
            results[kind].append(run())
    return results


def machine() -> str:
    """Return what the figures were measured on, in general words."""
    return (
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()},"
        f" {platform.python_implementation()} {platform.python_version()}"
    )


def report(name: str, text: str, figures: list[Figure]) -> None:
    """Print the figures, write them into their section of the results page, and leave with 1 if a bound is broken."""
    lines = [
        f"| {figure.name} | {figure.value} | {figure.bound} | {'yes' if figure.holds else '**no**'} |"
        for figure in figures
    ]
    table = "\n".join(["| measured | result | bound | holds |", "|---|---|---|---|", *lines])
    section = f"## {name}\n\n{text.strip()}\n\n{table}\n\nMeasured with `python -m benchmarks.{name}` on {machine()}.\n"
    print(section)
    _write(name, section)
    if not all(figure.holds for figure in figures):
        raise SystemExit(1)


def _write(name: str, section: str) -> None:
    page = PAGE.read_text() if PAGE.exists() else HEAD
    pattern = re.compile(rf"^## {re.escape(name)}\n.*?(?=^## |\Z)", re.S | re.M)
    page = pattern.sub(lambda _: section + "\n", page) if pattern.search(page) else page.rstrip() + "\n\n" + section
    PAGE.write_text(page.rstrip() + "\n")


# ---- the loopback server: one person for every question, as fast as it can


BODY = json.dumps(
    {
        "data": {
            "first_name": "@first",
            "last_name": "@last",
            "email": "@local@@domain",
            "score": 97,
            "domain": "@domain",
            "accept_all": False,
            "position": "Head of Data",
            "twitter": None,
            "linkedin_url": None,
            "phone_number": None,
            "company": None,
            "sources": [],
            "verification": {"date": "2026-04-12", "status": "valid"},
        },
        "meta": {"params": {"first_name": "@first"}},
    }
)
ASKED = re.compile(rb"[?&](first_name|last_name|domain)=([^& ]*)")


class _Fast(asyncio.Protocol):
    """The least an HTTP/1.1 server can do and still answer about the person asked for: it is not what is measured."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.pending = b""

    def data_received(self, data: bytes) -> None:
        self.pending += data
        while b"\r\n\r\n" in self.pending:
            head, _, self.pending = self.pending.partition(b"\r\n\r\n")
            asked = {name.decode(): unquote_plus(text.decode()) for name, text in ASKED.findall(head)}
            first, last = asked.get("first_name", "Nobody"), asked.get("last_name", "Okafor")
            local = "".join(char for char in anyascii(f"{first}.{last}").lower() if char == "." or char.isalpha())
            text = BODY.replace("@first", first).replace("@last", last).replace("@local", local)
            body = text.replace("@domain", asked.get("domain", "nowhere.example")).encode()
            reply = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body)
            self.transport.write(reply + body)  # type: ignore[attr-defined]  # a TCP transport


def _serve(port: int) -> None:
    async def main() -> None:
        server = await asyncio.get_running_loop().create_server(_Fast, "127.0.0.1", port, backlog=2048)
        await server.serve_forever()

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())


@contextlib.contextmanager
def loopback() -> Iterator[str]:
    """Run the server in a process of its own; yield its base URL."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(port,), daemon=True)
    process.start()
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
                break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.join(5)


def redirected(base: str) -> Any:
    """Return the library's own transport, with every vendor's host replaced by the loopback server."""
    from leadenrich.engine.transport import Signed, default_transport

    inner = default_transport()
    send = inner.exchange  # type: ignore[attr-defined]  # the lean transport's own way

    async def exchange(signed: Signed) -> Any:
        path = signed.url.split("/", 3)[3]
        return await send(Signed(signed.method, f"{base}/{path}", signed.headers, signed.content))

    inner.exchange = exchange  # type: ignore[attr-defined]  # as above
    return inner


def lead(number: int) -> dict[str, str]:
    """Return an invented lead, unlike every other."""
    letters = "bcdfghjklmnpqrstvwxz"
    word = "".join(letters[(number // 20**i) % 20] + "aeiou"[(number // 5**i) % 5] for i in range(5))
    return {"first_name": word.title(), "last_name": "Okafor", "company_domain": f"{word}.example"}
