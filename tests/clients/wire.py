"""Lets an official client talk to a vendor's fake: the ways out of urllib3 (requests), httpx and aiohttp are closed.

The client itself is not changed. What it sends is kept as `Sent`, in one form for clients and adapters alike.
"""

from __future__ import annotations

import base64
import binascii
import importlib
import io
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import httpx
import pytest

from leadenrich.sandbox.fake import SECRET, TOKEN, Answer

ENVELOPE = {"accept", "accept-encoding", "connection", "content-length", "content-type", "host", "user-agent", "cookie"}


@dataclass(frozen=True)
class Sent:
    """One request in comparable form.

    Attributes:
        line: "METHOD scheme://host/path". parts: "query:name", "body:name" or "body" -> value, without the credentials.
        keys: where the credentials stand, such as "header:x-api-key" or "header:authorization Bearer".
        headers: the others, but for what belongs to the transport.
    """

    line: str
    parts: Mapping[str, Any]
    keys: frozenset[str]
    headers: Mapping[str, str]
    reply: Answer

    @classmethod
    def of(cls, method: str, url: str, headers: Mapping[str, str], content: bytes, reply: Answer) -> Sent:
        """Read a request as it went out."""
        split = urlsplit(url)
        host = split.netloc.lower().removesuffix(":443")
        parts: dict[str, Any] = {}
        for name, value in parse_qsl(split.query, keep_blank_values=True):
            _add(parts, f"query:{name}", value)
        lower = {name.lower(): str(value) for name, value in headers.items()}
        for name, value in _body(lower.get("content-type", ""), content).items():
            parts[name] = value
        keys = {f"header:{name} {found}".strip() for name, value in lower.items() if (found := _key(value)) is not None}
        keys |= {name for name, value in parts.items() if value in (SECRET, TOKEN)}
        left = {name: value for name, value in parts.items() if value not in (SECRET, TOKEN)}
        others = {name: value for name, value in lower.items() if name not in ENVELOPE and _key(value) is None}
        path = unquote(split.path).rstrip("/") or "/"
        return cls(f"{method.upper()} {split.scheme}://{host}{path}", left, frozenset(keys), others, reply)


def _add(parts: dict[str, Any], name: str, value: Any) -> None:
    if name in parts:
        parts[name] = [*(parts[name] if isinstance(parts[name], list) else [parts[name]]), value]
    else:
        parts[name] = value


def _body(kind: str, content: bytes) -> dict[str, Any]:
    if not content:
        return {}
    if "form-urlencoded" in kind:
        parts: dict[str, Any] = {}
        for name, value in parse_qsl(content.decode(), keep_blank_values=True):
            _add(parts, f"body:{name}", value)
        return parts
    try:
        body = json.loads(content)
    except ValueError:
        return {"body": content.decode("utf-8", "replace")}
    return {f"body:{name}": value for name, value in body.items()} if isinstance(body, dict) else {"body": body}


def _key(value: str) -> str | None:
    """Return how a header's value holds a credential ("", "Bearer", "Basic", ...), None where it holds none."""
    word, _, rest = value.partition(" ")
    if value in (SECRET, TOKEN):
        return ""
    if rest in (SECRET, TOKEN):
        return word
    try:
        plain = base64.b64decode(rest, validate=True).decode() if word == "Basic" and rest else ""
    except (binascii.Error, UnicodeDecodeError):
        return None
    return word if SECRET in plain.split(":") else None


@dataclass
class Line:
    """Carries what a client sends to a fake, and keeps it.

    Attributes:
        answer: (method, url, headers, content) -> the fake's answer. sent: the requests so far.
    """

    answer: Callable[[str, str, Mapping[str, str], bytes], Answer]
    sent: list[Sent] = field(default_factory=list)

    def ask(self, method: str, url: str, headers: Mapping[str, Any], content: Any) -> tuple[int, dict[str, str], bytes]:
        """Return the fake's status, headers and body."""
        plain = {str(name).lower(): _text(value) for name, value in headers.items()}
        body = content.encode() if isinstance(content, str) else bytes(content or b"")
        answer = self.answer(method, url, plain, body)
        self.sent.append(Sent.of(method, url, plain, body, answer))
        return answer.status, {"content-type": answer.content_type, **answer.headers}, answer.content


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


@contextmanager
def served(line: Line, base_url: str) -> Iterator[str]:
    """Serve a line on loopback, for a client whose HTTP library is not Python's; yields the URL to give it."""
    host = base_url.split("/", 3)[2]

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            content = self.rfile.read(int(self.headers.get("content-length") or 0))
            status, headers, body = line.ask(self.command, f"https://{host}{self.path}", dict(self.headers), content)
            self.send_response(status)
            for name, value in {**headers, "content-length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_DELETE = answer

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def rerouted(line: Line) -> Iterator[None]:
    """Send what the HTTP libraries at hand would put on the network down a line instead."""
    with pytest.MonkeyPatch.context() as patch:
        _urllib3(patch, line)
        for name in ("httpx", "httpx2"):
            _httpx(patch, line, name)
        _aiohttp(patch, line)
        _urllib(patch, line)
        yield


def _urllib3(patch: pytest.MonkeyPatch, line: Line) -> None:
    try:
        import urllib3
    except ImportError:
        return

    def urlopen(pool: Any, method: str, url: str, body: Any = None, headers: Any = None, **options: Any) -> Any:
        whole = url if "://" in url else f"{pool.scheme}://{pool.host}{url}"
        status, answered, content = line.ask(method, whole, headers or pool.headers or {}, body)
        return urllib3.HTTPResponse(
            body=io.BytesIO(content),
            headers=answered,
            status=status,
            reason="said by the fake",
            preload_content=options.get("preload_content", True),
            request_url=whole,
        )

    patch.setattr(urllib3.connectionpool.HTTPConnectionPool, "urlopen", urlopen)


def _httpx(patch: pytest.MonkeyPatch, line: Line, name: str) -> None:
    try:
        library: Any = importlib.import_module(name)
    except ImportError:
        return

    def respond(request: Any, content: bytes) -> Any:
        status, answered, body = line.ask(request.method, str(request.url), request.headers, content)
        return library.Response(status, headers=answered, content=body, request=request)

    def handle(transport: Any, request: Any) -> Any:
        return respond(request, request.read())

    async def handle_async(transport: Any, request: Any) -> Any:
        return respond(request, await request.aread())

    patch.setattr(library.HTTPTransport, "handle_request", handle)
    patch.setattr(library.AsyncHTTPTransport, "handle_async_request", handle_async)


class _AiohttpResponse:
    """As much of aiohttp's response as clients read."""

    def __init__(self, status: int, headers: Mapping[str, str], content: bytes) -> None:
        self.status, self.headers, self.content_type, self._content = status, headers, headers["content-type"], content
        self.ok, self.reason = status < 400, "said by the fake"

    async def __aenter__(self) -> _AiohttpResponse:
        return self

    async def __aexit__(self, *error: object) -> None:
        pass

    def release(self) -> None:
        pass

    def close(self) -> None:
        pass

    async def read(self) -> bytes:
        return self._content

    async def text(self, *args: Any, **options: Any) -> str:
        return self._content.decode()

    async def json(self, *args: Any, **options: Any) -> Any:
        return json.loads(self._content)

    def raise_for_status(self) -> None:
        assert self.ok, f"the fake said {self.status}"


def _aiohttp(patch: pytest.MonkeyPatch, line: Line) -> None:
    import aiohttp

    async def request(session: Any, method: str, url: Any, **given: Any) -> Any:
        pairs = {name: value for name, value in (given.get("params") or {}).items() if value is not None}
        whole = str(httpx.URL(str(url)).copy_merge_params(pairs)) if pairs else str(url)
        headers = {**dict(session.headers or {}), **(given.get("headers") or {})}
        content = given.get("data") or b""
        if given.get("json") is not None:
            content, headers["content-type"] = json.dumps(given["json"]), "application/json"
        return _AiohttpResponse(*line.ask(method, whole, headers, content))

    patch.setattr(aiohttp.ClientSession, "_request", request)


def _urllib(patch: pytest.MonkeyPatch, line: Line) -> None:
    import email
    import urllib.request
    import urllib.response
    from urllib.error import HTTPError

    def opened(opener: Any, given: Any, data: Any = None, timeout: Any = None) -> Any:
        request = urllib.request.Request(given) if isinstance(given, str) else given
        headers = {**request.headers, **request.unredirected_hdrs}
        status, answered, content = line.ask(
            request.get_method(), request.full_url, headers, data if data is not None else request.data
        )
        said = email.message_from_string("".join(f"{name}: {value}\r\n" for name, value in answered.items()))
        if status >= 400:
            raise HTTPError(request.full_url, status, "said by the fake", said, io.BytesIO(content))
        return urllib.response.addinfourl(io.BytesIO(content), said, request.full_url, status)

    patch.setattr(urllib.request.OpenerDirector, "open", opened)
