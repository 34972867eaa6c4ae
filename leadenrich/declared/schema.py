"""What a provider's file may say, as pydantic models: the JSON Schema is made of them, and so are the errors."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from leadenrich.contract import Category, ErrorCode, Tier
from leadenrich.errors import nearest
from leadenrich.vocabulary import FIELDS, QUERY_WORDS

WORD = re.compile(r"\{([a-z][a-z0-9_]*)\}")
"""A query word in a template."""
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]


class Strict(BaseModel):
    """A part of the file: an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class AuthSpec(Strict):
    """How requests are signed."""

    kind: Literal["none", "header", "bearer", "query", "body", "path", "basic", "client_credentials", "login"] = "none"
    name: str | None = Field(default=None, description="header, parameter or body field (header, query, body)")
    prefix: str = Field(default="", description="stands before the key in its header")
    url: str | None = Field(default=None, description="where a token comes from (client_credentials, login)")
    token: str = Field(default="access_token", description="path of the token in the login's reply")
    fields: dict[str, str] = Field(default={}, description="login: its body's field -> credential field")
    scope: str | None = None
    lifetime: float = Field(default=3600, description="seconds a token lives where the reply does not say")

    @model_validator(mode="after")
    def _whole(self) -> AuthSpec:
        if self.kind in ("header", "query", "body") and not self.name:
            raise ValueError(f"auth kind {self.kind!r} needs a name")
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
    path: str
    params: dict[str, Any] = {}
    body: Any = Field(default=None, alias="json", description="a JSON body")
    form: dict[str, Any] = {}
    headers: dict[str, str] = {}
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
    def _whole(self) -> ProviderSpec:
        if self.extends is None and not (self.id and self.base_url):
            raise ValueError("a provider needs an id and a base_url, or extends a built-in one")
        if self.base_url and not self.base_url.startswith(("https://", "http://")):
            raise ValueError(f"base_url {self.base_url!r} is no URL")
        own = f"{self.extends or self.id}_"
        for name, operation in self.operations.items():
            place = f"operations.{name}"
            for word in [word for way in operation.needs for word in way] + operation.uses:
                if word not in QUERY_WORDS and not word.startswith(own):
                    raise ValueError(f"{place}.needs: no query word {word!r}{nearest(word, QUERY_WORDS)}")
            known = {*(word for way in operation.needs for word in way), *operation.uses, "job", "webhook_url"}
            for request in (operation.request, *((operation.poll.request,) if operation.poll else ())):
                for word in WORD.findall(request.model_dump_json()):
                    if word not in known:
                        raise ValueError(f"{place}.request: {{{word}}} is in neither needs nor uses")
            for field, spec in operation.fields.items():
                if field not in FIELDS and not field.startswith(own):
                    raise ValueError(f"{place}.fields.{field}: no field {field!r}{nearest(field, FIELDS)}")
                if isinstance(spec, FieldSpec) and spec.enum and spec.enum not in self.enums:
                    raise ValueError(f"{place}.fields.{field}: no enum {spec.enum!r}{nearest(spec.enum, self.enums)}")
        return self
