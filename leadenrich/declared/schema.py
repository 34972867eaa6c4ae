"""What a provider's file may say, as pydantic models: the JSON Schema is made of them, and so are the errors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from leadenrich.contract import Category, ErrorCode, Tier
from leadenrich.contract.urls import (
    base_url_problem,
    header_problem,
    header_value_problem,
    host_problem,
    path_problem,
)
from leadenrich.errors import nearest
from leadenrich.vocabulary import FIELDS, QUERY_WORDS

EXTENDING = {"extends", "enums", "operations"}
"""What a file may say that adds to a built-in provider."""
WORD = re.compile(r"\{([a-z][a-z0-9_]*)\}")
"""A query word in a template."""
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]


def _refusing(problem: Callable[[Any], str | None]) -> AfterValidator:
    """Return a validator that refuses what `problem` finds fault with."""

    def check(value: str) -> str:
        if (found := problem(value)) is not None:
            raise ValueError(found)
        return value

    return AfterValidator(check)


def fault(keys: tuple[str, ...], message: str) -> PydanticCustomError:
    """Return the error of a fault that a check over several parts finds, with the keys it stands at."""
    return PydanticCustomError("fault", "{text}", {"text": message, "keys": keys})


UrlPath = Annotated[str, _refusing(path_problem)]
HeaderName = Annotated[str, _refusing(header_problem)]
HeaderValue = Annotated[str, _refusing(header_value_problem)]


def is_private(info: ValidationInfo) -> bool:
    """Return whether the caller allows plain http and private addresses (`load(path, private=True)`)."""
    return bool((info.context or {}).get("private"))


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
    """Where a field stands in the reply, and what turns it into ours."""

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
    request: RequestSpec = Field(description='its path may hold "{job}"')
    done: When
    failed: When | None = None
    every: float = Field(default=2.0, gt=0)
    patience: float = Field(default=120.0, gt=0)


class OperationSpec(Strict):
    """One thing that can be asked."""

    needs: list[list[str]] = Field(min_length=1)
    uses: list[str] = []
    request: RequestSpec
    fields: dict[str, FieldSpec | str] = Field(min_length=1)
    requires: str | None = Field(default=None, description="the field without which an answer is a miss")
    miss: When | None = None
    poll: PollSpec | None = None
    credits: Decimal | None = None
    charged: Literal["on_hit", "on_call", "free"] = "on_hit"
    confidence: int | None = Field(default=None, ge=0, le=100)
    docs_url: str | None = None
    summary: str = ""

    def requests(self) -> Iterator[tuple[tuple[str, ...], RequestSpec]]:
        """Yield (keys, request) of all that it sends."""
        yield ("request",), self.request
        if self.poll is not None:
            yield ("poll", "request"), self.poll.request


class ProviderSpec(Strict):
    """A provider's file."""

    id: Name | None = None
    extends: Name | None = Field(default=None, description="a built-in provider this adds features to")
    title: str | None = None
    category: Category = Category.SPECIALIZED
    tier: Tier = Tier.BASIC
    base_url: str | None = None
    docs_url: str | None = None
    summary: str = ""
    auth: AuthSpec = AuthSpec()
    rates: list[RateSpec] = []
    concurrency: int | None = Field(default=None, gt=0)
    prices: list[PriceSpec] = []
    hosts: list[str] = []
    errors: dict[int, ErrorCode] = {}
    enums: dict[str, dict[str, Any]] = {}
    operations: dict[str, OperationSpec] = Field(min_length=1)

    @model_validator(mode="after")
    def _whole(self, info: ValidationInfo) -> ProviderSpec:
        if self.extends is None and not (self.id and self.base_url):
            raise ValueError("a provider needs an id and a base_url, or extends a built-in one")
        if self.extends is not None:
            for key in sorted(self.model_fields_set - EXTENDING):
                raise fault(
                    (key,), f"the built-in {self.extends!r} says this; beside extends only operations may stand"
                )
        if self.base_url and (problem := base_url_problem(self.base_url, is_private(info))) is not None:
            raise fault(("base_url",), problem)
        for number, host in enumerate(self.hosts):
            if (problem := host_problem(host, is_private(info))) is not None:
                raise fault(("hosts", str(number)), problem)
        for name, operation in self.operations.items():
            self._check(name, operation)
        return self

    def _check(self, name: str, operation: OperationSpec) -> None:
        """Refuse words, fields and tables that an operation names and nothing knows."""
        place, own = ("operations", name), f"{self.extends or self.id}_"
        for part, words in (("needs", [word for way in operation.needs for word in way]), ("uses", operation.uses)):
            for word in words:
                if word not in QUERY_WORDS and not word.startswith(own):
                    raise fault((*place, part), f"no query word {word!r}{nearest(word, QUERY_WORDS)}")
        known = {*(word for way in operation.needs for word in way), *operation.uses, "job", "webhook_url"}
        for at, request in operation.requests():
            for word in WORD.findall(request.model_dump_json()):
                if word not in known:
                    raise fault((*place, *at), f"{{{word}}} is in neither needs nor uses")
        for field, spec in operation.fields.items():
            if field not in FIELDS and not field.startswith(own):
                raise fault((*place, "fields", field), f"no field {field!r}{nearest(field, FIELDS)}")
            if isinstance(spec, FieldSpec) and spec.enum and spec.enum not in self.enums:
                raise fault((*place, "fields", field), f"no enum {spec.enum!r}{nearest(spec.enum, self.enums)}")

    def urls(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """Yield (keys, path or URL) of everything that is sent somewhere."""
        if self.auth.url is not None:
            yield ("auth", "url"), self.auth.url
        for name, operation in self.operations.items():
            for at, request in operation.requests():
                yield ("operations", name, *at, "path"), request.path
