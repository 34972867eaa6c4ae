"""The parts a provider's file is made of: requests, fields, conditions, jobs, bulk calls, webhooks, accounts."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from leadenrich.contract import ErrorCode, Parameter
from leadenrich.contract.urls import header_problem, header_value_problem, path_problem

WORD = re.compile(r"\{([a-z][a-z0-9_]*)\}")
"""A query word in a template."""


def _refusing(problem: Callable[[Any], str | None]) -> AfterValidator:
    """Return a validator that refuses what `problem` finds fault with."""

    def check(value: str) -> str:
        if (found := problem(value)) is not None:
            raise ValueError(found)
        return value

    return AfterValidator(check)


UrlPath = Annotated[str, _refusing(path_problem)]
HeaderName = Annotated[str, _refusing(header_problem)]
HeaderValue = Annotated[str, _refusing(header_value_problem)]


class Strict(BaseModel):
    """A part of the file: an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class AuthSpec(Strict):
    """How requests are signed."""

    kind: Literal["none", "header", "bearer", "query", "body", "path", "basic", "client_credentials", "login"] = "none"
    name: str | None = Field(default=None, description="header, parameter or body field (header, query, body)")
    prefix: HeaderValue = Field(default="", description="stands before the key in its header")
    url: UrlPath | None = Field(default=None, description="where a token comes from (client_credentials, login)")
    token: str = Field(default="access_token", description="path of the token in the login's reply")
    fields: dict[str, str] = Field(default={}, description="login: its body's field -> credential field")
    scope: str | None = None
    lifetime: float = Field(default=3600, description="seconds a token lives where the reply does not say")

    @model_validator(mode="after")
    def _whole(self) -> AuthSpec:
        if self.kind in ("header", "query", "body") and not self.name:
            raise ValueError(f"auth kind {self.kind!r} needs a name")
        if self.kind == "header" and (problem := header_problem(self.name)) is not None:
            raise ValueError(problem)
        if self.kind in ("client_credentials", "login") and not self.url:
            raise ValueError(f"auth kind {self.kind!r} needs a url")
        return self


class RateSpec(Strict):
    """One limit."""

    limit: int = Field(gt=0)
    per: float = Field(gt=0, description="seconds")
    on: list[str] | None = Field(default=None, description='endpoints, each "METHOD /path"')
    unit: Literal["requests", "items"] = Field(
        default="requests", description="items: a bulk call counts what it holds"
    )
    kind: Literal["sliding", "leaky"] = Field(default="sliding", description="leaky: an average with a burst")
    burst: int | None = Field(default=None, gt=0, description="how many at once a leaky limit takes")


class PriceSpec(Strict):
    """What a credit costs."""

    usd: Decimal = Field(ge=0)
    as_of: str | None = None
    pool: str = ""


class RequestSpec(Strict):
    """One HTTP request; `"{word}"` stands for a query word, and a part whose word is missing is left out."""

    method: Literal["GET", "POST", "PUT", "PATCH"] = "GET"
    path: UrlPath = Field(description="begins with a slash; or an absolute URL to the base's host or one of hosts")
    params: dict[str, Any] = {}
    body: Any = Field(default=None, alias="json", description="a JSON body")
    form: dict[str, Any] = {}
    headers: dict[HeaderName, HeaderValue] = {}
    expect: list[int] = [200]


class FieldSpec(Strict):
    """Where a field is in the reply, and what turns it into ours."""

    path: str | None = None
    first: list[str] = Field(default=[], description="paths tried in order")
    enum: str | None = Field(default=None, description="a table under [enums]")
    scale: float | None = Field(default=None, description="multiplied with a number, 100 for a confidence of 0-1")
    template: str | None = Field(
        default=None, description='a text around the value: "https://www.linkedin.com/in/{value}"'
    )
    items: dict[str, FieldSpec | str] | None = Field(
        default=None, description="fields of each item, for a list of objects"
    )

    @model_validator(mode="after")
    def _whole(self) -> FieldSpec:
        if not self.path and not self.first:
            raise ValueError("a field needs a path, or paths under first")
        return self


class When(Strict):
    """A condition on a reply."""

    path: str | None = None
    is_: list[Any] = Field(default=[], alias="is", description="the values at the path that fulfil it")
    status: list[int] = []


class PollSpec(Strict):
    """Background work: where the job's id stands, how it is asked for, when it is done."""

    id: str = Field(description="path of the job's id in the first reply")
    request: RequestSpec | None = Field(
        default=None, description='its path may hold "{job}"; none: the result comes by webhook alone'
    )
    done: When
    failed: When | None = None
    every: float = Field(default=2.0, gt=0)
    patience: float = Field(default=120.0, gt=0)


class WordSpec(Strict):
    """What a word in a reply means, whatever else the reply says. Everything stated must hold."""

    path: str = Field(description="where the word stands")
    is_: list[Any] = Field(default=[], alias="is", description="the words; with neither is nor contains: any at all")
    contains: list[str] = Field(default=[], description="parts of a text, in any case")
    status: list[int] = Field(default=[], description="only in replies of these statuses")
    means: Literal["miss"] | ErrorCode = Field(description='"miss", or the code of an error')


class CostSpec(Strict):
    """Where a reply says what it cost: at a path, or in a header."""

    path: str | None = None
    header: HeaderName | None = None
    pool: str = ""

    @model_validator(mode="after")
    def _whole(self) -> CostSpec:
        if (self.path is None) == (self.header is None):
            raise ValueError("a cost stands at a path or in a header: give one of the two")
        return self


class BulkSpec(Strict):
    """Many questions in one call: requests of the operation that wait at the same time are folded into it."""

    max_items: int = Field(ge=2)
    request: RequestSpec = Field(description='"{items}" in its body stands for the list of items')
    item: Any = Field(default=None, description="one item, with query words; by default the single request's body")
    replies: str = Field(default="", description="path of the list of answers; by default the reply is the list")
    match: dict[Literal["sent", "got"], str] | None = Field(
        default=None,
        description="paths in an item and in an answer that hold the same value; by default answers are in order",
    )
    wrap: str = Field(default="", description="path at which an answer would stand in a single reply")
    poll: PollSpec | None = None

    @model_validator(mode="after")
    def _whole(self) -> BulkSpec:
        if "{items}" not in self.request.model_dump_json():
            raise ValueError('the request has no "{items}": say where the list of items is in its body')
        if self.match is not None and set(self.match) != {"sent", "got"}:
            raise ValueError("match needs both sent and got")
        return self


class WebhookSpec(Strict):
    """How the vendor delivers results; `"{webhook_url}"` in a request asks it to."""

    job: str = Field(description="path of the job's id in a delivered body")
    header: HeaderName | None = Field(default=None, description="where its signature stands; none: it signs nothing")
    signed: list[str] = Field(default=["body"], description='"body", "header:<name>", "param:<name>"')
    join: str = "."
    value: str | None = None
    prefix: str = ""
    algorithm: Literal["sha256", "sha1", "sha512"] = "sha256"
    encoding: Literal["hex", "base64"] = "hex"
    timestamp: str | None = None
    tolerance: float | None = Field(default=None, gt=0)


class AccountSpec(Strict):
    """Where the vendor says what an account has left: each a path in the reply of one free request."""

    path: UrlPath
    method: Literal["GET", "POST"] = "GET"
    headers: dict[HeaderName, HeaderValue] = {}
    body: Any = Field(default=None, alias="json")
    plan: str | None = None
    used: str | None = None
    remaining: str | None = None
    limit: str | None = None
    resets_at: str | None = None
    pools: dict[str, str] = {}


class ParameterSpec(Strict):
    """What a query word must be."""

    type: Literal["string", "integer", "number", "boolean", "array", "object"] = "string"
    enum: list[Any] = []
    default: Any = None
    description: str = ""

    @model_validator(mode="after")
    def _whole(self) -> ParameterSpec:
        Parameter(self.type, tuple(self.enum), self.default, self.description)
        return self
