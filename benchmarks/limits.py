"""A strict sliding-window server on loopback: how much of the allowed rate is used, and how many calls are refused.

python -m benchmarks.limits
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import multiprocessing
import random
import socket
import time
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any

from benchmarks._measure import Figure, lead, median, report

Windows = Sequence[tuple[int, float]]


def _serve(port: int, windows: Windows, jitter: float, counts: Any) -> None:
    class Strict(asyncio.Protocol):
        seen: tuple[deque[float], ...] = tuple(deque() for _ in windows)
        rng = random.Random(1)

        def connection_made(self, transport: Any) -> None:
            self.transport = transport

        def data_received(self, data: bytes) -> None:
            asyncio.get_running_loop().call_later(self.rng.uniform(0, jitter), self.arrive)

        def arrive(self) -> None:
            now = time.perf_counter()
            good = True
            for (limit, per), seen in zip(windows, self.seen, strict=True):
                while seen and seen[0] <= now - per:
                    seen.popleft()
                good = good and len(seen) < limit
            if good:
                for seen in self.seen:
                    seen.append(now)
            counts[0 if good else 1] += 1
            body = b'{"email":"a@b.example"}'
            status = b"200 OK" if good else b"429 Too Many Requests"
            self.transport.write(
                b"HTTP/1.1 %s\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % (status, len(body))
                + body
            )

    async def main() -> None:
        server = await asyncio.get_running_loop().create_server(Strict, "127.0.0.1", port, backlog=512)
        await server.serve_forever()

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())


@contextlib.contextmanager
def strict(windows: Windows, jitter: float) -> Iterator[tuple[str, Any]]:
    """Run one strict server; yield its URL and its counts (served, refused)."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    context = multiprocessing.get_context("spawn")
    counts = context.Array("l", 2)
    process = context.Process(target=_serve, args=(port, windows, jitter, counts), daemon=True)
    process.start()
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
                break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}", counts
    finally:
        process.terminate()
        process.join(5)


def fastest(windows: Windows, calls: int) -> float:
    """Return the least seconds in which so many calls can arrive."""
    sent: list[float] = []
    for i in range(calls):
        sent.append(max([sent[-1] if sent else 0.0, *(sent[i - n] + per for n, per in windows if i >= n)]))
    return sent[-1]


def one(windows: Windows, jitter: float, calls: int, vendors: int) -> tuple[float, int]:
    """Return the share of the allowed rate that was used, and how many calls were refused."""
    import leadenrich as le
    from leadenrich.registry import registry

    def vendor(number: int, base: str) -> type[le.HTTPProvider]:
        class Strictly(le.HTTPProvider):
            info = le.ProviderInfo(
                id=f"strict{number}",
                title="Strict",
                category=le.Category.EMAIL_CONTACT,
                tier=le.Tier.FREE,
                base_url=base,
                private=True,
                docs_url=base,
                auth=le.HeaderKey("x-key"),
                rates=tuple(le.Rate(n, per=per) for n, per in windows),
            )

            @le.operation("find_email", needs=[("full_name",)], credits=1)
            def find_email(self, query: le.Query) -> le.Flow:
                """Ask."""
                reply = yield le.Request("GET", "/find", params=query.pick("full_name"))
                return le.Hit(email=reply.get("email"))

        return Strictly

    async def main(bases: list[str]) -> float:
        ids = []
        for number, base in enumerate(bases):
            cls = vendor(number, base)
            registry.plugins()[cls.info.id] = cls
            registry._loaded.pop(cls.info.id, None)
            ids.append(cls.info.id)
        async with le.Session(dict.fromkeys(ids, "k"), retries=3) as session:
            started = time.perf_counter()
            asked = (
                session.ask(name, "find_email", {"full_name": lead(i)["first_name"]})
                for i in range(calls)
                for name in ids
            )
            answers = await asyncio.gather(*asked)
            seconds = time.perf_counter() - started
        assert all(isinstance(answer.result, le.Hit) for answer in answers)
        return fastest(windows, calls) / seconds

    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(strict(windows, jitter)) for _ in range(vendors)]
        share = asyncio.run(main([base for base, _ in servers]))
        return share, sum(counts[1] for _, counts in servers)


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    three = ((50, 1.0), (180, 5.0), (400, 20.0))
    plan: list[tuple[str, Windows, float, int, int, float]] = [
        ("50/s, one vendor", ((50, 1.0),), 0.0, 1001, 1, 0.97),
        ("50/s, four vendors", ((50, 1.0),), 0.0, 501, 4, 0.97),
        ("three windows at once", three, 0.0, 801, 1, 0.97),
        ("50/s, arrivals up to 50 ms late", ((50, 1.0),), 0.05, 1001, 1, 0.90),
    ]
    figures = []
    for name, windows, jitter, calls, vendors, bound in plan:
        runs = [one(windows, jitter, calls, vendors) for _ in range(options.runs)]
        share, refused = median([run[0] for run in runs]), sum(run[1] for run in runs)
        value = (
            f"{share:.1%} ({min(run[0] for run in runs):.1%} to {max(run[0] for run in runs):.1%}), {refused} refused"
        )
        figures.append(Figure(name, value, f">= {bound:.0%}, 0 refused", share >= bound and refused == 0))
    text = (
        "A server that counts arrivals in strict sliding windows and answers 429 above its limit; the share of the"
        f" fastest possible schedule that was reached, and the calls refused in {options.runs} runs together."
    )
    report("limits", text, figures)


if __name__ == "__main__":
    main()
