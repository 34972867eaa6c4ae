"""What goes over the wire, as plain values: Request, Wait, Reply, and the helpers that read a reply."""

from __future__ import annotations

import json as jsonlib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Protocol

from leadenrich.contract.reading import unknown_word
from leadenrich.errors import InvalidReplyError, ProviderError


class Signer(Protocol):
    """How one request is signed: every kind of `leadenrich.contract.auth` is one."""

    def sign(self, request: Any, secrets: Mapping[str, str], token: str | None) -> None:
        """Put the credentials where the vendor wants them, on a copy of the request."""
        ...

    def login(self) -> Any:
        """Return the flow that fetches a token, where this kind needs one."""
        ...


_MISSING: Any = object()


class Request:
    """One HTTP call an adapter wants made. Its parts are never mutated after `yield`; signing works on copies.

    Args:
        method: GET, POST, ...
        path: begins with a slash and is appended to the provider's base URL; or an absolute URL to the base's host or
            one of `info.hosts`.
        at: fills `{name}` in the path, each value percent-quoted. Secrets and settings (`{account_id}`) are
            filled when signing, from the credentials.
        params: the query string; a list value repeats its name; None values are left out.
        json: a JSON body.
        data: a form body (a mapping), or raw text or bytes.
        headers: further headers.
        expect: the statuses the adapter reads itself; every other one becomes a typed error.
        after: seconds to wait before sending.
        paid: False for a poll, a token call or a free step: may be retried, reserves nothing.
        weight: leads in this call, where the vendor's limits count items.
        auth: signs this one request otherwise than `info.auth`.
        text: the reply is not JSON and the adapter reads `reply.text`.
        idempotency: name of a header the vendor documents as making a repeat safe; the engine fills it.
        served_by: other requests about the same record: where one of them has a good reply at hand (below 300), that
            reply is the answer and nothing is sent, so one record is bought once.
    """

    __slots__ = (
        "after",
        "at",
        "auth",
        "data",
        "expect",
        "headers",
        "idempotency",
        "json",
        "method",
        "paid",
        "params",
        "path",
        "served_by",
        "text",
        "weight",
    )

    def __init__(
        self,
        method: str,
        path: str,
        *,
        at: Mapping[str, Any] | None = None,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        data: Mapping[str, Any] | str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        expect: Iterable[int] = (200,),
        after: float = 0,
        paid: bool = True,
        weight: int = 1,
        auth: Signer | None = None,
        text: bool = False,
        idempotency: str | None = None,
        served_by: Iterable[Request] = (),
    ) -> None:
        self.method, self.path = method, path
        self.at, self.params, self.json, self.data, self.headers = at, params, json, data, headers
        self.expect, self.after, self.paid, self.weight = tuple(expect), after, paid, weight
        self.auth, self.text, self.idempotency = auth, text, idempotency
        self.served_by = tuple(served_by)

    @property
    def endpoint(self) -> str:
        """Return `"METHOD /path/{template}"`, the name limits and folds go by."""
        return f"{self.method} {self.path}"

    def identity(self) -> str:
        """Return what makes two requests the same question: everything that is sent but the signature."""
        parts = (self.at, self.params, self.json, self.data, self.headers)
        return repr((self.method, self.path, *[None if part is None else _ordered(part) for part in parts]))

    def __repr__(self) -> str:
        return f"<Request {self.endpoint}>"  # the template, never values


_PLAIN = frozenset({str, int, float, bool})


def _ordered(part: Any) -> Any:
    """Return a part of a request with its mappings in one order, so that equal parts look alike."""
    if part is None or type(part) in _PLAIN:
        return part
    if type(part) is dict or isinstance(part, Mapping):
        return [(name, one if type(one := part[name]) in _PLAIN else _ordered(one)) for name in sorted(part)]
    return [_ordered(one) for one in part] if isinstance(part, list | tuple) else part


class Wait:
    """Background work: wait until the job `id` is delivered by webhook or `poll` says more.

    A delivery makes the engine send `poll` at once; its body is the reply only where `poll` is None.

    Args:
        id: the vendor's own id of the job.
        poll: the request that asks how far it is (free: `paid=False`).
        every: seconds between polls; the engine lets them grow.
    """

    __slots__ = ("every", "id", "poll")

    def __init__(self, id: object, poll: Request | None = None, every: float = 2.0) -> None:
        self.id, self.poll, self.every = str(id), poll, every

    def __repr__(self) -> str:
        return f"<Wait for a job, polling {self.poll.endpoint if self.poll else 'nothing'}>"


class Reply:
    """A vendor's answer, read with `.get(path)`; nothing in it is trusted.

    Attributes:
        status: HTTP status.
        headers: by lower-case name.
        content: the body's bytes.
        request: what it answers.
        flaw: why the body did not arrive whole (too long, cut short, not to be decoded), or None. The engine never
            hands such a reply to an adapter's operation.
    """

    __slots__ = ("_json", "content", "flaw", "headers", "request", "status")

    def __init__(
        self,
        status: int = 200,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes = b"",
        json: Any = _MISSING,
        request: Request | None = None,
        flaw: ProviderError | None = None,
    ) -> None:
        self.status, self.flaw = status, flaw
        if isinstance(headers, dict):
            headers = {name.lower(): value for name, value in headers.items()}
        self.headers: Mapping[str, str] = headers if headers is not None else {}
        self.content = content
        self._json = json
        self.request = request or Request("GET", "/")

    @property
    def text(self) -> str:
        """Return the body as text."""
        if not self.content and self._json is not _MISSING:
            return jsonlib.dumps(self._json)
        return self.content.decode("utf-8", "replace")

    @property
    def json(self) -> Any:
        """Return the decoded JSON body; None where a status from 300 on, such as an expected 404, comes without JSON.

        Raises:
            InvalidReplyError: the body is not JSON.
        """
        if self._json is _MISSING:
            try:
                self._json = jsonlib.loads(self.content)
            except (ValueError, RecursionError):
                if self.status >= 300:
                    self._json = None
                    return None
                kind = self.headers.get("content-type", "no content type").split(";")[0]
                raise InvalidReplyError(
                    f"the reply is not JSON ({kind}, {len(self.content)} bytes)", status=self.status
                ) from None
        return self._json

    def release(self) -> None:
        """Forget the decoded body where the bytes are at hand: a reply that is remembered is one object, not dozens."""
        if self.content:
            self._json = _MISSING

    def get(self, path: str, default: Any = None) -> Any:
        """Return what stands at a dotted path such as `"data.0.email"`, or the default. Never raises."""
        try:
            body = self.json
        except InvalidReplyError:
            return default
        return dig(body, path, default)

    def items(self, path: str = "") -> list[Any]:
        """Return the list at a path, the objects in it only; an empty list where there is none."""
        found = self.get(path) if path else (self.json if self.content or self._json is not _MISSING else None)
        return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []

    def with_json(self, json: Any) -> Reply:
        """Return the same reply with another body: how a fold hands one item to one asker."""
        reply = Reply(self.status, json=json, request=self.request)
        reply.headers = self.headers
        return reply

    def __repr__(self) -> str:
        return f"<Reply {self.status} to {self.request.endpoint}>"


def dig(source: Any, path: str, default: Any = None) -> Any:
    """Return what stands at a dotted path in nested dicts and lists; the default where it is absent or null."""
    if type(source) is dict and "." not in path:
        here = source.get(path)
        return default if here is None else here
    here = source
    for part in path.split("."):
        if isinstance(here, dict):
            here = here.get(part)
        elif isinstance(here, list) and part.lstrip("-").isdigit():
            index = int(part)
            here = here[index] if -len(here) <= index < len(here) else None
        else:
            return default
        if here is None:
            return default
    return here


def rename(source: Any, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return `{canonical: value}` out of a vendor's object; missing, empty or odd parts are simply absent.

    Args:
        source: the vendor's object; anything but a dict or a list gives an empty result.
        fields: canonical field -> path; or `(path, function)` or `(path, table)`, which turn the vendor's value into
            ours (a word the table lacks becomes "unknown"); or a list of such ways, tried in order.
    """
    found: dict[str, Any] = {}
    if not isinstance(source, dict | list):
        return found
    plain = source if type(source) is dict else None
    for field, ways in fields.items():
        for way in ways if isinstance(ways, list) else (ways,):
            if plain is not None and type(way) is str and "." not in way:  # most lines of most tables
                value = plain.get(way)
                value = value.strip() if type(value) is str else value
            else:
                value = _one(source, way)
            if value or (value is not None and not _empty(value)):
                found[field] = value
                break
    return found


def _one(source: Any, way: str | tuple[str, Any]) -> Any:
    if isinstance(way, str):
        value = dig(source, way)
        return value.strip() if isinstance(value, str) else value
    path, convert = way
    value = dig(source, path)
    if value is None or _empty(value):
        return None
    if type(convert) is dict or isinstance(convert, Mapping):
        return table(convert, value, path)
    try:
        return convert(value)
    except (ValueError, TypeError, LookupError, AttributeError):  # an odd part is an absent part
        return None


def table(words: Mapping[Any, Any], value: Any, place: str = "") -> Any:
    """Return our word for a vendor's, whatever its case and blanks; "unknown" for one the table lacks.

    Args:
        words: vendor's word -> ours.
        value: what the reply holds.
        place: where it stands, for reports of words that are new.
    """
    if isinstance(value, str):
        value = value.strip()
        found = words[value] if value in words else words.get(value.lower(), _MISSING)
    else:
        try:
            found = words.get(value, _MISSING)
        except TypeError:
            found = _MISSING
    if found is _MISSING:
        unknown_word(place, value)
        return "unknown"
    return found


def first(*values: Any) -> Any:
    """Return the first value that holds something, or None."""
    return next((value for value in values if not _empty(value)), None)


def amount(value: Any) -> Decimal | None:
    """Return a number of a reply, or a text that is one, if it is finite and at least 0; None for all else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        return None
    return number if number.is_finite() and number >= 0 else None


def whole_number(value: Any) -> int | None:
    """Return a whole number of a reply, or a text that is one ("81"), if it is at least 0; None for all else."""
    number = amount(value)
    return int(number) if number is not None and number == number.to_integral_value() else None


def added(*stated: Any) -> Any:
    """Return the sum of charges that replies state; where one of them is no `amount`, that one, for `Hit(credits=)`.

    What cannot be read is handed on as it is: the engine books it as uncertain.
    """
    amounts = [amount(one) for one in stated]
    return next(
        (one for one, number in zip(stated, amounts, strict=True) if number is None), sum(filter(None, amounts))
    )


def pluck(items: Any, key: str) -> list[Any]:
    """Return `item[key]` of every object in a list that has it."""
    if not isinstance(items, list):
        return []
    return [value for item in items if isinstance(item, dict) and not _empty(value := dig(item, key))]


def _empty(value: Any) -> bool:
    return value is None or value == "" or value == [] or value == {}
