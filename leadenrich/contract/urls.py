"""Where a provider's requests may go: the checks of its URLs and headers, and the URL of one request."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import SplitResult, quote, urlsplit

from leadenrich.errors import ConfigurationError, FeatureParametersError

PLACEHOLDER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
"""A part of a path that is filled when the request is built."""
_HOST = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?)*|\[[0-9a-f:.]+\])(?::\d+)?"
)
_TENANT = re.compile(r"(https?://)\{[A-Za-z_][A-Za-z0-9_]*\}\.")
_PATH = re.compile(r"[!-~]*")
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_PRIVATE_SUFFIXES = (".localhost", ".local", ".internal", ".lan", ".home.arpa")
_ABSOLUTE = ("https://", "http://")
_OWN = "; say private=True if it is a service of your own"


def base_url_problem(url: Any, private: bool = False) -> str | None:
    """Return why a provider must not have this base URL, or None.

    Args:
        url: what is to be checked. Its host may begin with a placeholder that a setting fills, such as
            `https://{account}.acme.example`: every account has a host of its own.
        private: allow plain http, and private, loopback and link-local addresses.
    """
    tenant = _TENANT.match(url) if isinstance(url, str) else None
    parts = _split(url if tenant is None else tenant[1] + url[tenant.end() :])
    if parts is None or parts.scheme not in ("https", "http"):
        return f"base_url {url!r} is no https URL"
    if tenant is not None and "." not in parts.netloc:
        return f"base_url {url!r} is no host of one vendor: two labels must follow the placeholder"
    if parts.query or parts.fragment or "?" in url or "#" in url:
        return f"base_url {url!r} has a query or a fragment; put those into the requests"
    if parts.scheme == "http" and not private:
        return f"base_url {url!r} is plain http, which sends keys unencrypted{_OWN}"
    return host_problem(parts.netloc, private, "base_url's host")


def host_problem(host: Any, private: bool = False, name: str = "the host") -> str | None:
    """Return why requests must not go to this host (`name` or `name:port`), or None.

    Args:
        host: what is to be checked.
        private: allow private, loopback and link-local addresses.
        name: what the message calls it.
    """
    if not isinstance(host, str) or not _HOST.fullmatch(host.lower()):
        return f"{name} {host!r} is no bare host name, such as 'api.acme.example'"
    if not private and _is_private(host):
        return f"{name} {host!r} is a private, loopback or link-local address{_OWN}"
    return None


def webhook_url_problem(url: Any) -> str | None:
    """Return why vendors cannot be asked to call this URL, or None; `{provider}` in it stands for an id."""
    parts = _split(url.replace("{provider}", "acme")) if isinstance(url, str) else None
    if parts is None or parts.scheme not in ("https", "http") or not _HOST.fullmatch(parts.netloc.lower()):
        return f"webhook_url is a URL such as 'https://host.example/hooks/{{provider}}', not {url!r}"
    return f"webhook_url {url!r} holds a fragment (#)" if "#" in url else None


@lru_cache(maxsize=4096)
def path_problem(path: Any) -> str | None:
    """Return why a request must not have this path, or None: it begins with one slash, or is an absolute URL."""
    if not isinstance(path, str):
        return f"a path is text, not a {type(path).__name__}"
    if not _PATH.fullmatch(path) or "\\" in path:
        return f"the path {path!r} holds a blank, a backslash, or a character no URL can hold"
    if "#" in path:
        return f"the path {path!r} holds a fragment (#)"
    if path.startswith(_ABSOLUTE):
        parts = _split(path)
        return None if parts is not None and parts.netloc else f"the URL {path!r} cannot be read"
    if not path.startswith("/") or path.startswith("//"):
        return f"the path {path!r} does not begin with one slash"
    return None


@lru_cache(256)
def header_problem(name: Any) -> str | None:
    """Return why a header cannot have this name, or None."""
    if isinstance(name, str) and _HEADER.fullmatch(name):
        return None
    return f"{name!r} is not a header name: letters, digits and dashes only"


def header_value_problem(value: Any) -> str | None:
    """Return why a header cannot have this value, or None."""
    if isinstance(value, str) and value.isascii() and (value.isprintable() or not value):
        return None
    return "a header's value holds a line break or a character that is not printable ASCII"


def url_problem(path: Any, base_url: str, hosts: Sequence[str] = ()) -> str | None:
    """Return why a provider's request must not go there, or None: it must stay on the provider's own hosts.

    Args:
        path: a request's path, or an absolute URL.
        base_url: the provider's.
        hosts: further host names of the provider.
    """
    if (problem := path_problem(path)) is not None:
        return problem
    if not path.startswith(_ABSOLUTE):
        return None
    there, base = urlsplit(path), urlsplit(base_url)
    if there.scheme != "https" and there.scheme != base.scheme:
        return f"{there.netloc} is asked over an unencrypted connection"
    if there.netloc.lower() not in {base.netloc.lower(), *hosts}:
        return f"{there.netloc} is no host of this provider (base_url, hosts)"
    return None


def resolve(path: str, base_url: str, hosts: Sequence[str] = (), at: Mapping[str, Any] | None = None) -> str:
    """Return the URL of one request, each placeholder filled with its percent-quoted value.

    Args:
        path: begins with a slash and is appended to `base_url`; or an absolute URL to its host or one of `hosts`.
        base_url: the provider's, without a slash at its end.
        hosts: further host names of the provider.
        at: placeholder -> value.

    Raises:
        ConfigurationError: the path leads elsewhere, or nothing fills a placeholder.
        FeatureParametersError: a value that cannot stand in a path ("", "." or "..").
    """
    if (problem := url_problem(path, base_url, hosts)) is not None:
        raise ConfigurationError(f"{problem}; nothing was sent")
    url = path if path.startswith(_ABSOLUTE) else base_url + path
    return PLACEHOLDER.sub(lambda match: _filled(match[1], path, at or {}), url) if "{" in url else url


def _filled(name: str, path: str, at: Mapping[str, Any]) -> str:
    value = at.get(name)
    if value is None:
        raise ConfigurationError(f"nothing fills {{{name}}} in {path}")
    text = str(value)
    if text in ("", ".", ".."):
        raise FeatureParametersError(f"the value of {{{name}}} cannot stand in the path {path}: it is empty or dots")
    return quote(text, safe="")


def _split(url: Any) -> SplitResult | None:
    """Return the parts of a URL that holds no blank, backslash or control character; None for anything else."""
    if not isinstance(url, str) or not _PATH.fullmatch(url) or "\\" in url:
        return None
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _is_private(host: str) -> bool:
    """Return whether a host is one of this machine or network; a name is judged by itself, it is not looked up."""
    name = host.lower()
    name = name[1:].partition("]")[0] if name.startswith("[") else name.partition(":")[0]
    try:
        address: Any = ipaddress.ip_address(name)
    except ValueError:
        try:
            address = ipaddress.IPv4Address(socket.inet_aton(name))  # 2130706433 and 0x7f.1 are addresses too
        except OSError:
            return "." not in name or name.endswith(_PRIVATE_SUFFIXES)
    address = getattr(address, "ipv4_mapped", None) or address
    return not address.is_global
