"""What a reply means: tables of statuses and words first, then `classify`, then whether it can be read at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

from leadenrich.contract import HTTPProvider, Reply, Request
from leadenrich.contract.adapter import USUAL
from leadenrich.engine.foreign import fault_of
from leadenrich.engine.redact import hide, placed, redact, words_of
from leadenrich.engine.validation import a
from leadenrich.errors import BY_CODE, ErrorCode, InvalidReplyError, LeadEnrichError, ProviderError

T = TypeVar("T")

PASSING = {408, 425}
LONGEST_RESET = 86_400.0
A_MOMENT = 1e9
"""A "number of seconds" above this is a moment of our days, whatever the documentation calls it."""
BODILESS = {202, 204, 205}
FORBIDDEN = 403
"""The vendor knows the key and does not let it do this; a key it does not know is a 401."""
REQUEST_ID = ("x-request-id", "request-id", "x-amzn-requestid", "cf-ray")
DEEPEST = 12
LONGEST_TEXT = 10_000
"""Characters of a plain text that are looked at; it is cut short only after keys and values are out of it."""
AN_ID = re.compile(r"[\w.:+/=-]{1,128}")


def judge(adapter: HTTPProvider, reply: Reply, hidden: Callable[[], Iterable[str]] = tuple) -> ProviderError | None:
    """Return the error a reply stands for, or None where it may be read; `hidden` gives what no text may show."""
    status, request = reply.status, reply.request
    if reply.flaw is not None and status in request.expect:
        reply.flaw.status = status
        return reply.flaw
    code: ErrorCode | None = None
    usual = status not in request.expect and status not in adapter.errors
    if status not in request.expect:
        code = adapter.errors.get(status) or USUAL.get(status) or ErrorCode.PROVIDER_API_ERROR
    if adapter.words and (said := _said(adapter, reply)) is not None:
        code, usual = said, False
    verdict: Any
    try:
        verdict = adapter.classify(reply)
    except BaseException as broken:  # a broken reply may make an adapter raise anything (G12)
        fault_of("the adapter", broken)  # the user's own interrupt passes
        return placed(InvalidReplyError(f"the reply cannot be read ({type(broken).__name__})", status=status), broken)
    if isinstance(verdict, ProviderError):
        return _complete(verdict, reply, hidden())
    if verdict is not None and not isinstance(verdict, ErrorCode):
        return InvalidReplyError(f"the adapter's classify returned {a(verdict)}, not an ErrorCode", status=status)
    code, usual = verdict or code, usual and verdict is None
    if code is None:
        return None if request.text or status in BODILESS or status >= 300 else _unreadable(reply)
    kind = BY_CODE.get(code, ProviderError)
    error = kind(_message(code, status), status=status)
    if code is ErrorCode.PROVIDER_API_ERROR:
        error.recoverable = status >= 500 or status in PASSING
    if status == FORBIDDEN and (usual or code is ErrorCode.FEATURE_NOT_SUPPORTED):
        error.bars = "operation"  # other endpoints may well be open to the key
        if usual:
            error.message = "the key may not do this"
    return _complete(error, reply, hidden())


def _said(adapter: HTTPProvider, reply: Reply) -> ErrorCode | None:
    for (path, word), code in adapter.words.items():
        found = reply.get(path)
        if found == word and isinstance(found, bool) == isinstance(word, bool):
            return code
    return None


def _unreadable(reply: Reply) -> ProviderError | None:
    try:
        body = reply.json
    except InvalidReplyError as error:
        return error
    if not isinstance(body, dict | list):
        return InvalidReplyError(f"the reply is a bare {type(body).__name__}", status=reply.status)
    return None


def _message(code: ErrorCode, status: int) -> str:
    return {
        ErrorCode.PROVIDER_RATE_LIMIT: "the vendor asks to slow down",
        ErrorCode.PROVIDER_INSUFFICIENT_CREDITS: "the account has no credits left",
        ErrorCode.PROVIDER_AUTHENTICATION_FAILED: "the credentials are refused",
        ErrorCode.FEATURE_PARAMETERS_INVALID: "the vendor refused the question as ill-formed",
        ErrorCode.FEATURE_NOT_SUPPORTED: "the account's plan does not include this",
        ErrorCode.FEATURE_EXECUTION_FAILED: "the vendor could not do it",
    }.get(code, "the vendor failed" if status >= 500 else "the vendor answered with an error")


def _complete(error: ProviderError, reply: Reply, secrets: Iterable[str]) -> ProviderError:
    error.status = error.status or reply.status
    secrets, values = list(secrets), _sent_values(reply.request)
    stated = next((reply.headers[name] for name in REQUEST_ID if name in reply.headers), "")
    error.request_id = stated if AN_ID.fullmatch(stated) and hide(stated, secrets, values) == stated else None
    if error.retry_after is None:
        error.retry_after = retry_after(reply.headers)
    if error.detail is None:
        try:
            body = reply.json
        except InvalidReplyError:
            body = None
        words = words_of(body)
        if body is None and reply.headers.get("content-type", "").startswith("text/plain"):
            words = reply.text if len(reply.text) <= LONGEST_TEXT else ""
        error.detail = redact(words, secrets, values) or None if words else None
    else:
        error.detail = redact(error.detail, secrets, values)
    error.message = redact(error.message, secrets, values)
    error.args = (error.message,)
    return error


def veil(
    error: LeadEnrichError, requests: Iterable[Request], secrets: Iterable[str], fields: Mapping[str, Any] | None = None
) -> None:
    """Take out of an adapter's own error what no text may show: it may repeat a word of the vendor's, or a question's.

    Args:
        error: the adapter's.
        requests: what was sent.
        secrets: of the account.
        fields: what was asked.
    """
    secrets, values = list(secrets), [value for request in requests for value in _sent_values(request)]
    values += _texts(fields or {})
    error.message = redact(error.message, secrets, values)
    error.detail = error.detail and redact(error.detail, secrets, values)
    error.args = (error.message,)


def _sent_values(request: Request) -> list[str]:
    return _texts(request.params, request.json, request.data, request.at)


def _texts(*parts: Any) -> list[str]:
    """Return every text in these, the longest first."""
    found: list[str] = []

    def collect(value: Any, depth: int = 0) -> None:
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, Mapping) and depth < DEEPEST:
            for one in value.values():
                collect(one, depth + 1)
        elif isinstance(value, list | tuple) and depth < DEEPEST:
            for one in value:
                collect(one, depth + 1)

    for part in parts:
        collect(part)
    return sorted(set(found), key=len, reverse=True)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds a Retry-After header asks for, in either of its forms, or None."""
    value = headers.get("retry-after")
    if not value:
        return None
    seconds = _readable(float, value)
    if seconds is not None:
        return max(0.0, seconds)
    when = _readable(parsedate_to_datetime, value)
    if when is None:
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())


def _readable(read: Callable[..., T], *values: Any) -> T | None:
    """Return what a header says, read so; None where it cannot be: an unreadable header is none."""
    try:
        return read(*values)
    except Exception:
        return None


def allowance(adapter: HTTPProvider, headers: Mapping[str, str]) -> tuple[int | None, float | None]:
    """Return what the vendor's rate headers say: calls remaining, seconds until they are reset."""
    names = adapter.info.rate_headers
    if names is None:
        return None, None
    remaining = _number(headers.get(names.remaining)) if names.remaining else None
    reset = headers.get(names.reset) if names.reset else None
    seconds = _readable(_seconds, reset, names.reset_as) if reset else None
    return (None if remaining is None else int(remaining)), seconds


def _seconds(value: str, form: str) -> float | None:
    """Return the seconds until a reset, a day at most: no header of a stranger's may hold a vendor back for longer."""
    seconds = _read_seconds(value, form)
    return None if seconds is None else min(seconds, LONGEST_RESET)


def _read_seconds(value: str, form: str) -> float | None:
    if form == "duration":
        parts = re.findall(r"([\d.]+)(ms|h|m|s)", value)
        size = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
        return sum(float(number) * size[unit] for number, unit in parts) if parts else _number(value)
    if form == "timestamp":
        return _until(value)
    number = _number(value)
    if number is not None and (form == "epoch" or number > A_MOMENT):
        return max(0.0, number - datetime.now(UTC).timestamp())
    return number


def _until(moment: str) -> float | None:
    try:
        when = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return max(0.0, ((when if when.tzinfo else when.replace(tzinfo=UTC)) - datetime.now(UTC)).total_seconds())


def _number(value: str | None) -> float | None:
    try:
        number = float(value) if value else None
    except ValueError:
        return None
    return number if number is None or 0 <= number < 1e12 else None
