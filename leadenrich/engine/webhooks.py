"""What a webhook is made of: its headers, in whatever form a framework has them, and its signature."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from leadenrich.contract import HMACSignature


def header_pairs(headers: Any) -> dict[str, str] | None:
    """Return a request's headers, names lower-cased, the first of several of one name; None for what holds none.

    Args:
        headers: a mapping, anything with `items()` (a multidict, an e-mail message), or a list of pairs.
    """
    found: dict[str, str] = {}
    try:
        for name, value in headers.items() if hasattr(headers, "items") else headers:
            found.setdefault(text_of(name).lower(), text_of(value))
    except (TypeError, ValueError):
        return None
    return found


def text_of(part: Any) -> str:
    """Return a header's name or value as text, whatever a framework has it as."""
    return part.decode("latin-1") if isinstance(part, bytes) else str(part)


def verify(signature: HMACSignature, secret: str, body: bytes, headers: Mapping[str, str]) -> bool:
    """Return whether a webhook's signature is good, in constant time."""
    value = headers.get(signature.header.lower())
    if not value:
        return False
    params = dict(part.strip().split("=", 1) for part in value.replace(";", ",").split(",") if "=" in part)

    def part(name: str) -> bytes | None:
        if name == "body":
            return body
        kind, _, word = name.partition(":")
        text = headers.get(word.lower()) if kind == "header" else params.get(word)
        return None if text is None else text.encode(errors="replace")

    parts = [part(name) for name in signature.signed]
    if any(one is None for one in parts):
        return False
    if signature.timestamp is not None and signature.tolerance is not None:
        stamp = part(signature.timestamp)
        if stamp is None or not _fresh(stamp, signature.tolerance):
            return False
    good = _digest(signature, secret, [one for one in parts if one is not None])
    if good is None:
        return False
    if signature.value is not None:
        offered = [params.get(signature.value, "")]
    else:
        offered = [one.removeprefix(signature.prefix) for one in value.split(" ")]
    return any(hmac.compare_digest(good.encode(), one.encode(errors="replace")) for one in offered)


def sign(signature: HMACSignature, secret: str, body: bytes, at: datetime) -> dict[str, str]:
    """Return the headers with which a vendor would deliver a body: what `verify` takes for good.

    Raises:
        ValueError: the secret is not written as the vendor writes secrets.
    """
    stamp = str(int(at.timestamp()))
    said = {name: stamp if name == signature.timestamp else "1" for name in signature.signed if name != "body"}
    parts = [body if name == "body" else said[name].encode() for name in signature.signed]
    digest = _digest(signature, secret, parts)
    if digest is None:
        raise ValueError(f"the secret is not {signature.secret}")
    params = {name.partition(":")[2]: value for name, value in said.items() if name.startswith("param:")}
    if signature.value is not None:
        value = ",".join(f"{name}={text}" for name, text in {**params, signature.value: digest}.items())
    else:
        value = f"{signature.prefix}{digest}"
    headers = {name.partition(":")[2]: text for name, text in said.items() if name.startswith("header:")}
    return {**headers, signature.header: value}


def _digest(signature: HMACSignature, secret: str, parts: list[bytes]) -> str | None:
    key = secret.removeprefix(signature.secret_prefix)
    try:
        raw = base64.b64decode(key) if signature.secret == "base64" else key.encode()
    except ValueError:
        return None
    digest = hmac.new(raw, signature.join.encode().join(parts), signature.algorithm)
    return digest.hexdigest() if signature.encoding == "hex" else base64.b64encode(digest.digest()).decode()


def _fresh(stamp: bytes, tolerance: float) -> bool:
    try:
        seconds = float(stamp)
    except ValueError:
        return False
    if seconds > 1e11:
        seconds /= 1000
    return abs(datetime.now(UTC).timestamp() - seconds) <= tolerance
