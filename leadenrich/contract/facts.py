"""Whether what a provider says of itself can be worked with: checked when a plugin is registered."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from leadenrich.contract.adapter import HTTPProvider
from leadenrich.contract.auth import Auth
from leadenrich.contract.flows import AccountEndpoint
from leadenrich.contract.parameters import Parameter
from leadenrich.contract.provider import (
    Category,
    Charged,
    Feature,
    HMACSignature,
    Price,
    ProviderInfo,
    Rate,
    RateHeaders,
    Support,
    Tier,
)
from leadenrich.contract.urls import base_url_problem, host_problem, path_problem
from leadenrich.contract.wire import Request
from leadenrich.errors import ErrorCode, nearest
from leadenrich.vocabulary import FIELDS, QUERY_WORDS

WORD = re.compile(r"[a-z][a-z0-9_]*")
"""What an id, a field and a credential field look like."""
OWN_FEATURE = re.compile(r"[a-z][a-z0-9_-]*")
"""What stands behind the provider's id in the name of a feature of its own."""
NATIVE = ("initialize", "validate_credentials", "execute", "quota")
"""What an object needs that answers without `HTTPProvider`."""


def problems(cls: Any, operations: Iterable[str]) -> list[str]:
    """Return what is wrong with a provider's facts, a sentence each; an empty list where it can be registered.

    Args:
        cls: the class, or the object.
        operations: the operations known so far.
    """
    info = getattr(cls, "info", None)
    if not isinstance(info, ProviderInfo) or not info.id:
        return [f"{getattr(cls, '__name__', cls)!r} needs an `info` with an `id`"]
    return [*of_provider(cls), *of_features(info, operations)]


def of_provider(cls: Any) -> list[str]:
    """Return what is wrong with the facts of a provider that has an `info`, its features aside."""
    info: ProviderInfo = cls.info
    try:
        found = [*_of_info(info), *_of_auth(info.auth)]
        if isinstance(cls, HTTPProvider) or (isinstance(cls, type) and issubclass(cls, HTTPProvider)):
            return [*found, *_of_base(info), *_of_class(cls)]
        found += [f"it has no method {name}, as le.Provider asks" for name in NATIVE if not _callable(cls, name)]
        if isinstance(cls, type) and not _binds(cls):
            found.append("its constructor needs arguments; register an object, or give them defaults")
        return [*found, *(_of_base(info) if info.base_url else [])]
    except Exception as error:
        return [f"its facts cannot be read ({type(error).__name__}: {error})"]


def of_features(info: ProviderInfo, operations: Iterable[str]) -> list[str]:
    """Return what is wrong with a provider's features."""
    if not _is_list(info.features, Feature):
        return ["features is a tuple of Feature"]
    known, found = set(operations), []
    for feature in info.features:
        try:
            found += [f"{feature.operation}: {what}" for what in _of_feature(feature, info.id, known)]
        except Exception as error:
            found.append(f"{feature.operation}: it cannot be read ({type(error).__name__}: {error})")
    return found


def _of_info(info: Any) -> Iterator[str]:
    if not isinstance(info.id, str) or not WORD.fullmatch(info.id):
        yield f"the id {info.id!r} is not lower_snake"
    if not isinstance(info.title, str) or not info.title.strip():
        yield "its title is empty"
    for name, kind in (("category", Category), ("tier", Tier), ("support", Support)):
        if not isinstance(value := getattr(info, name), kind):
            yield f"{name} is a le.{kind.__name__}, such as le.{kind.__name__}.{next(iter(kind)).name}, not {value!r}"
    if info.docs_url is not None and not str(info.docs_url).startswith("https://"):
        yield f"docs_url {info.docs_url!r} is no https link"
    if info.concurrency is not None and not (
        _is_number(info.concurrency, 1) and int(info.concurrency) == info.concurrency
    ):
        yield f"concurrency is a whole number from 1, not {info.concurrency!r}"
    for name, item in (("rates", Rate), ("prices", Price), ("hosts", str), ("undocumented", str)):
        if not _is_list(getattr(info, name), item):
            yield f"{name} is a tuple of {item.__name__}, not {getattr(info, name)!r}"
    if _is_list(info.prices, Price) and not all(_is_number(price.usd) for price in info.prices):
        yield "a price is below zero, or no number"
    for name, fact in (("rate_headers", RateHeaders), ("webhook", HMACSignature)):
        if (value := getattr(info, name)) is not None and not isinstance(value, fact):
            yield f"{name} is a le.{fact.__name__}, not {value!r}"


def _of_base(info: Any) -> Iterator[str]:
    if info.category is Category.LOCAL_FREE and not info.base_url:
        return  # it sends nothing over HTTP
    if (problem := base_url_problem(info.base_url, info.private)) is not None:
        yield problem
    elif info.base_url.endswith("/"):
        yield "base_url ends in a slash"
    for host in info.hosts if _is_list(info.hosts, str) else ():
        if (problem := host_problem(host, info.private)) is not None:
            yield problem
        elif host != host.lower():
            yield f"the host {host!r} is not lower-case"


def _of_auth(auth: Any) -> Iterator[str]:
    if not isinstance(auth, Auth):
        yield f"auth is a kind of credential, such as le.HeaderKey('X-Key'), not {auth!r}"
        return
    fields: Any = auth.fields
    if isinstance(fields, str) or not all(isinstance(one, str) and WORD.fullmatch(one) for one in fields):
        yield "a credential field is not lower_snake"


def _of_class(cls: Any) -> Iterator[str]:
    if isinstance(cls, type) and not _binds(cls, None, {}):
        yield "its constructor does not take (webhook_url, settings), as HTTPProvider's does"
    errors: Mapping[Any, Any] = cls.errors
    if not all(isinstance(status, int) and isinstance(code, ErrorCode) for status, code in errors.items()):
        yield "errors is a table from HTTP status to le.ErrorCode"
    for key, code in cls.words.items():
        if not (isinstance(key, tuple) and len(key) == 2 and isinstance(key[0], str) and isinstance(code, ErrorCode)):
            yield "words is a table from (path, word) to le.ErrorCode"
            break
    if cls.account is not None and not isinstance(cls.account, AccountEndpoint):
        yield "account is a leadenrich.contract.AccountEndpoint"
    if cls.free_call is not None and not (
        isinstance(cls.free_call, Request) and path_problem(cls.free_call.path) is None
    ):
        yield "free_call is a le.Request whose path begins with a slash"
    for fold in cls.folds.values():
        if not _is_number(fold.max_items, 1):
            yield f"the bulk form of {fold.endpoint} takes {fold.max_items!r} items at most"


def _of_feature(feature: Any, provider: str, operations: set[str]) -> Iterator[str]:
    own = f"{provider}_"
    name = feature.operation
    before, dot, after = str(name).partition(".")
    if not isinstance(name, str) or not (
        name in operations if not dot else before == provider and OWN_FEATURE.fullmatch(after)
    ):
        yield f"it is no operation{nearest(name, operations)}; a feature of its own is named {provider}.<feature>"
    if not isinstance(feature.needs, tuple | list) or not all(_is_list(way, str) and way for way in feature.needs):
        yield "needs is a list of alternatives, each a tuple of query words: needs=[('email',)]"
    elif not _is_list(feature.uses, str):
        yield "uses is a tuple of query words"
    else:
        for word in feature.words:
            if word not in QUERY_WORDS and not word.startswith(own):
                yield f"{word!r} is not a query word{nearest(word, QUERY_WORDS)}; own words begin with {own}"
    if not _is_list(feature.gives, str):
        yield "gives is a tuple of fields"
    else:
        for word in feature.gives:
            if word not in FIELDS and not word.startswith(own):
                yield f"it gives {word!r}, which is not a field{nearest(word, FIELDS)}; own words begin with {own}"
    for word, parameter in feature.typed.items():
        if not isinstance(parameter, Parameter) or word not in feature.words:
            yield f"parameters is a table from words that it needs or uses to le.Parameter, not {word!r}: {parameter!r}"
    credits = feature.credits
    if credits is not None and not (isinstance(credits, Mapping) and all(map(_is_number, credits.values()))):
        yield "credits is {pool: number from 0}"
    if not (feature.max_credits is None or callable(feature.max_credits) or _are_credits(feature.max_credits)):
        yield "max_credits is a number from 0, {pool: number}, or a function of the query"
    for part, kind in (("charged", Charged), ("support", Support)):
        if not isinstance(value := getattr(feature, part), kind):
            yield f"{part} is a le.{kind.__name__}, not {value!r}"
    if not _is_number(feature.patience):
        yield f"patience is a number of seconds, not {feature.patience!r}"
    if feature.confidence is not None and not (_is_number(feature.confidence) and feature.confidence <= 100):
        yield f"confidence lies between 0 and 100, not at {feature.confidence!r}"


def _binds(cls: type, *args: Any) -> bool:
    try:
        inspect.signature(cls).bind(*args)
    except TypeError:
        return False
    except ValueError:  # it has no signature to be read
        return True
    return True


def _callable(cls: Any, name: str) -> bool:
    method: Callable[..., Any] | None = getattr(cls, name, None)
    return callable(method)


def _is_list(value: Any, kind: type) -> bool:
    return isinstance(value, tuple | list) and all(isinstance(one, kind) for one in value)


def _is_number(value: Any, least: float = 0) -> bool:
    if not isinstance(value, int | float | Decimal) or isinstance(value, bool):
        return False
    return math.isfinite(value) and value >= least


def _are_credits(value: Any) -> bool:
    amounts = value.values() if isinstance(value, Mapping) else (value,)
    try:
        return all(_is_number(Decimal(str(amount))) for amount in amounts)
    except ArithmeticError:
        return False
