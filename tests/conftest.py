"""What every test stands on: no network, no credentials from outside, examples that are the same in every run."""

import gc
import ipaddress
import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

pytest_plugins = ["leadenrich.testing.fixtures"]

settings.register_profile("suite", max_examples=40, deadline=None, derandomize=True, database=None)
settings.register_profile("deep", max_examples=2000, deadline=None, database=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A judge is slow as well: `-m "not slow"` is the quick suite."""
    for item in items:
        if item.get_closest_marker("judge") is not None:
            item.add_marker("slow")


def pytest_collection_finish() -> None:
    """Thousands of collected tests stay until the end: the garbage collector need not look through them again."""
    gc.collect()
    gc.freeze()


def _is_local(host: object) -> bool:
    if host in (None, "", "localhost", b"localhost"):
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    """Nothing leaves the machine: connecting or looking up a name anywhere but on loopback fails the test."""
    connect, connect_ex, getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def refuse(host: object) -> None:
        if not _is_local(host):
            raise AssertionError(f"a test tried to reach {host!r}: tests run without a network")

    def guarded_connect(self: socket.socket, address: Any) -> None:
        if self.family != getattr(socket, "AF_UNIX", None):
            refuse(address[0])
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        if self.family != getattr(socket, "AF_UNIX", None):
            refuse(address[0])
        return connect_ex(self, address)

    def guarded_getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        refuse(host)
        return getaddrinfo(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_credentials() -> Iterator[None]:
    """Keys that happen to lie in the environment change nothing; a test that wants one sets it itself."""
    endings = ("_API_KEY", "_API_SECRET", "_API_TOKEN", "_ACCESS_TOKEN", "_CLIENT_ID", "_CLIENT_SECRET")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.endswith(endings)]:
            patch.delenv(name)
        yield
