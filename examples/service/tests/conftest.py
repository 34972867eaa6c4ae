"""The service in memory for most tests, as a process of its own for those with a browser."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from leadenrich_service.app import create_app
from leadenrich_service.settings import Settings
from starlette.testclient import TestClient

LEADS = Path(__file__).parents[2] / "leads.csv"
KEY = "sk-planted-key-which-no-page-may-show"


class Page(TestClient):
    """A visitor: has loaded a page, so has a cookie and its token."""

    token = ""

    def load(self, path: str = "/") -> str:
        reply = self.get(path)
        assert reply.status_code == 200, reply.text
        found = re.search(r'name="csrf" content="([^"]+)"', reply.text)
        assert found is not None
        self.token = found[1]
        return reply.text

    def change(self, method: str, path: str, expect: int = 200, **how: Any) -> Any:
        reply = self.request(method, path, headers={"x-csrf-token": self.token}, **how)
        assert reply.status_code == expect, (reply.status_code, reply.text)
        return reply.json()

    def upload(self, content: bytes | str, name: str = "leads.csv", expect: int = 200) -> Any:
        return self.change("POST", f"/api/table?name={name}", expect, content=content)

    def until(self, state: str = "done", seconds: float = 60.0) -> Any:
        """Wait until the run ended."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            told = self.get("/api/run").json()
            if told["state"] != "running":
                assert told["state"] == state, told
                return told
            time.sleep(0.05)
        raise AssertionError("the run did not end")


@pytest.fixture(autouse=True)
def without_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.endswith(("_API_KEY", "_API_SECRET")):
            monkeypatch.delenv(name)


@pytest.fixture
def settings() -> Settings:
    return Settings(hosts=("testserver",), tick=0.02, grace=600.0)  # few tests follow a run by its socket


@pytest.fixture
def page(settings: Settings) -> Iterator[Page]:
    with Page(create_app(settings), base_url="http://testserver") as client:
        client.load()
        yield client


def free_port() -> int:
    import socket

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Service:
    """The service as a process."""

    def __init__(self, log: Path, *start: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log
        self._file = log.open("w")
        self.process = subprocess.Popen(
            [sys.executable, *(start or ("-m", "leadenrich_service")), "--port", str(self.port)],
            stdout=self._file,
            stderr=subprocess.STDOUT,
        )
        end = time.monotonic() + 90
        while time.monotonic() < end:
            try:
                if httpx.get(f"{self.url}/healthz", timeout=2).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        self.stop()
        raise AssertionError(f"the service did not start: {log.read_text()}")

    def stop(self) -> int:
        self.process.terminate()
        try:
            return self.process.wait(20)
        finally:
            self.process.kill()
            self._file.close()
