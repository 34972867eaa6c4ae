"""Everything that names httpx: building a signed request, sending it, reading a bounded reply."""

from __future__ import annotations

import asyncio
import functools
import json as jsonlib
import re
import ssl
from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import quote

import httpx
from pydantic import SecretStr

from leadenrich.contract.auth import Outgoing
from leadenrich.contract.provider import ProviderInfo
from leadenrich.contract.urls import header_problem, resolve
from leadenrich.contract.wire import Reply, Request, Signer
from leadenrich.engine.foreign import fault_of, stopped_by_us
from leadenrich.engine.redact import placed
from leadenrich.errors import (
    AuthenticationError,
    ConfigurationError,
    FeatureParametersError,
    InvalidReplyError,
    LeadEnrichError,
    ProviderAPIError,
    ProviderError,
    ProviderTimeoutError,
    ProviderUnreachableError,
)

MAX_REPLY_BYTES = 32 * 1024 * 1024
"""A longer body is an error (G12)."""
CONNECT_SECONDS = 10.0
KEEPALIVE_SECONDS = 4.0
"""Shorter than the servers' own, so that a connection is seldom closed under a request."""
NEVER_SENT = {"ClientConnectorError", "ConnectionTimeoutError", "ClientConnectorDNSError"}
"""aiohttp's errors of a connection that was never made; every other one may have carried the request."""


Transport = httpx.AsyncBaseTransport
"""What carries requests."""


def default_transport() -> Transport:
    """Return the transport a session builds for itself: httpx's vocabulary over aiohttp's sockets.

    It is unlimited in connections (limits are the vendors'), keeps no cookies, follows no redirect and never repeats
    a request on its own. Share one between sessions and close it yourself with `await transport.aclose()`.
    """
    import aiohttp
    from httpx_aiohttp import AiohttpTransport
    from yarl import URL

    context = _ssl_context()
    patience = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS)

    def client() -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEPALIVE_SECONDS, ssl=context)
        session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), timeout=patience)
        session._retry_connection = False  # aiohttp would repeat a GET whose connection broke: perhaps paid twice
        return session

    class LeanTransport(AiohttpTransport):
        """aiohttp's sockets for httpx, and past httpx where the engine asks: half the processor time of a call."""

        _loop: asyncio.AbstractEventLoop | None = None
        _is_closed = False

        def check_loop(self, loop: asyncio.AbstractEventLoop) -> None:
            """Refuse an event loop on which this transport cannot send.

            Raises:
                ConfigurationError: it is closed, or its connections belong to another loop.
            """
            if self._is_closed:
                raise ConfigurationError("this transport is closed; make another with le.default_transport()")
            if self._loop is not None and self._loop is not loop:
                raise ConfigurationError(
                    "this transport is in use on another event loop; give each loop one of its own"
                    " (le.default_transport())"
                )

        async def aclose(self) -> None:
            self._is_closed = True
            await super().aclose()

        async def exchange(self, signed: Signed) -> Answer:
            """Send one request and return status, headers, the bounded body, and what is wrong with it."""
            if not isinstance(self.client, aiohttp.ClientSession):
                loop = asyncio.get_running_loop()
                self.check_loop(loop)
                self._loop, self.client = loop, client()
            try:
                async with self.client.request(
                    signed.method,
                    URL(signed.url, encoded=True),
                    headers=signed.headers,
                    data=signed.content,
                    allow_redirects=False,
                ) as response:
                    try:
                        return response.status, response.headers, await _bounded(response.content.iter_any()), None
                    except InvalidReplyError as error:
                        return response.status, response.headers, b"", error
                    except aiohttp.ContentTypeError as error:
                        return response.status, response.headers, b"", _undecodable(error)
                    except aiohttp.ClientError as error:
                        if isinstance(error.__cause__, aiohttp.http_exceptions.ContentEncodingError):
                            return response.status, response.headers, b"", _undecodable(error)
                        return response.status, response.headers, b"", _broken(error)
            except aiohttp.ClientConnectorError:
                raise ProviderUnreachableError("could not connect") from None
            except aiohttp.ConnectionTimeoutError:
                raise ProviderUnreachableError("could not connect in time") from None
            except aiohttp.ClientError as error:
                raise _broken(error) from None

    return LeanTransport(verify=context, client=client)


Answer = tuple[int, Mapping[str, str], bytes, ProviderError | None]
"""Status, headers, body, and why the body is not whole, if it is not."""


@functools.cache
def _ssl_context() -> ssl.SSLContext:
    """Return the one context of this process: making one reads every root certificate, 25 ms and 850 KB."""
    return httpx.create_ssl_context()


class Signed:
    """A request ready to leave: secrets are in it, so it is never shown and never kept."""

    __slots__ = ("content", "headers", "method", "url")

    def __init__(self, method: str, url: str, headers: dict[str, str], content: bytes | None) -> None:
        self.method, self.url, self.headers, self.content = method, url, headers, content

    def __repr__(self) -> str:
        return f"<Signed {self.method}>"


def build(
    request: Request, info: ProviderInfo, auth: Signer, secrets: Mapping[str, SecretStr], token: str | None, agent: str
) -> Signed:
    """Return the signed copy of a request; the adapter's own stays as it is.

    Raises:
        ConfigurationError: a URL that is not the provider's, a header no request can have, a placeholder nothing fills.
        FeatureParametersError: a value that cannot stand in a path.
        AuthenticationError: a credential that no header can carry.
    """
    out = Outgoing(request)
    auth.sign(out, {field: secret.get_secret_value() for field, secret in secrets.items()}, token)
    try:
        url = resolve(request.path, info.base_url, info.hosts, out.at)
    except (ConfigurationError, FeatureParametersError) as error:
        error.provider = info.id
        raise
    if out.params and (query := _query(out.params)):
        url += ("&" if "?" in url else "?") + query
    headers = {"accept": "application/json", "accept-encoding": "gzip, deflate", "user-agent": agent}
    headers |= {name.lower(): value for name, value in out.headers.items()}  # what an adapter states replaces ours
    content: bytes | None = None
    if out.json is not None:
        content = jsonlib.dumps(out.json, separators=(",", ":"), default=str).encode()
        headers.setdefault("content-type", "application/json")
    elif out.data is not None:
        if isinstance(out.data, Mapping):
            content = _query(out.data).encode()
            headers.setdefault("content-type", "application/x-www-form-urlencoded")
        else:
            content = out.data if isinstance(out.data, bytes) else str(out.data).encode()
    for name, value in headers.items():
        if (problem := header_problem(name)) is not None:
            raise ConfigurationError(f"{problem}; nothing was sent", provider=info.id)
        if not (value.isascii() and value.isprintable()):
            raise AuthenticationError(
                f"the header {name} would hold a character no header can: copy the credentials again", provider=info.id
            )
    return Signed(request.method, url, headers, content)


def _query(params: Mapping[str, Any]) -> str:
    pairs: list[str] = []
    for name, value in params.items():
        for one in value if isinstance(value, list | tuple) else (value,):
            if one is not None:
                text = ("true" if one else "false") if isinstance(one, bool) else str(one)
                pairs.append(f"{_quoted(name)}={_quoted(text)}")
    return "&".join(pairs)


_UNRESERVED = re.compile(r"[A-Za-z0-9_.~-]*")


def _quoted(text: str) -> str:
    return text if _UNRESERVED.fullmatch(text) else quote(text, safe="")


async def send(transport: httpx.AsyncBaseTransport, signed: Signed, request: Request, timeout: float) -> Reply:
    """Send one request once and return its bounded reply.

    Raises:
        ProviderTimeoutError, ProviderUnreachableError: with `.maybe_charged` telling whether bytes may have arrived.
    A body that is larger than `MAX_REPLY_BYTES`, cut short or not to be decoded is the reply's `flaw`: its status still
    says whether the vendor refused.
    """
    exchange = getattr(transport, "exchange", None)
    try:
        async with asyncio.timeout(timeout):
            if exchange is not None:
                status, headers, content, flaw = await exchange(signed)
            else:
                status, headers, content, flaw = await _through_httpx(transport, signed, timeout)
    except asyncio.CancelledError:
        if stopped_by_us():
            raise
        raise maybe_charged(ProviderAPIError("the transport cancelled the call")) from None
    except TimeoutError as error:
        if isinstance(error, ProviderError):
            raise
        raise maybe_charged(ProviderTimeoutError(f"no answer within {timeout:g} s")) from None
    except OSError as error:
        if isinstance(error, ProviderError):
            raise
        raise maybe_charged(ProviderUnreachableError(f"the connection broke ({type(error).__name__})")) from None
    except LeadEnrichError:
        raise
    except BaseException as error:  # whatever a transport of the caller's own raises
        fault_of("the transport", error)  # the user's own interrupt passes
        broken = maybe_charged(ProviderAPIError(f"the transport failed ({type(error).__name__})"))
        raise placed(broken, error) from None
    return Reply(status, headers=headers, content=content, request=request, flaw=flaw)


async def _through_httpx(transport: httpx.AsyncBaseTransport, signed: Signed, timeout: float) -> Answer:
    outgoing = httpx.Request(signed.method, signed.url, headers=signed.headers, content=signed.content)
    clocks = {"connect": min(CONNECT_SECONDS, timeout), "read": None, "pool": None, "write": None}
    outgoing.extensions = {"timeout": clocks}
    try:
        response = await transport.handle_async_request(outgoing)
        try:
            try:
                return response.status_code, response.headers, await _bounded(response.aiter_bytes()), None
            except InvalidReplyError as error:
                return response.status_code, response.headers, b"", error
            except httpx.DecodingError as error:
                return response.status_code, response.headers, b"", _undecodable(error)
            except httpx.TransportError as error:
                if isinstance(error, httpx.TimeoutException):
                    raise
                return response.status_code, response.headers, b"", _broken(error)
        finally:
            await response.aclose()
    except httpx.TimeoutException as error:
        if _never_sent(error):
            raise ProviderUnreachableError("could not connect in time") from None
        raise maybe_charged(ProviderTimeoutError("the connection went silent")) from None
    except httpx.TransportError as error:
        if _never_sent(error):
            raise ProviderUnreachableError("could not connect") from None
        raise _broken(error) from None


def _undecodable(error: Exception) -> ProviderError:
    return InvalidReplyError(f"the reply cannot be decoded ({type(error).__name__})")


def _broken(error: Exception) -> ProviderError:
    return maybe_charged(ProviderUnreachableError(f"the connection broke ({type(error).__name__})"))


async def _bounded(chunks: AsyncIterator[bytes]) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for chunk in chunks:
        size += len(chunk)
        if size > MAX_REPLY_BYTES:
            raise InvalidReplyError(f"the reply is longer than {MAX_REPLY_BYTES} bytes")
        parts.append(chunk)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def maybe_charged(error: ProviderError) -> ProviderError:
    """Mark an error after which the vendor may have taken its credits all the same."""
    error.maybe_charged = True
    return error


def _never_sent(error: httpx.TransportError) -> bool:
    cause = error.__cause__
    if cause is not None and type(cause).__module__.startswith("aiohttp"):
        return any(kind.__name__ in NEVER_SENT for kind in type(cause).__mro__)
    return isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | httpx.UnsupportedProtocol)
