"""What a provider's file may say, as pydantic models: the JSON Schema is made of them, and so are the errors."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, ValidationInfo, model_validator

from leadenrich.contract import Category, ErrorCode, Tier
from leadenrich.contract.urls import base_url_problem, host_problem
from leadenrich.declared.parts import (
    WORD,
    AccountSpec,
    AuthSpec,
    BulkSpec,
    CostSpec,
    FieldSpec,
    ParameterSpec,
    PollSpec,
    PriceSpec,
    RateSpec,
    RequestSpec,
    Strict,
    WebhookSpec,
    When,
    WordSpec,
)
from leadenrich.errors import nearest
from leadenrich.vocabulary import FIELDS, QUERY_WORDS

EXTENDING = {"extends", "enums", "words", "operations"}
"""What a file may say that adds to a built-in provider."""
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]


class Fault(ValueError):
    """A fault that a check over several parts finds.

    Attributes:
        keys: where it stands.
    """

    def __init__(self, keys: tuple[str, ...], message: str) -> None:
        super().__init__(message)
        self.keys = keys


def is_private(info: ValidationInfo) -> bool:
    """Return whether the caller allows plain http and private addresses (`load(path, private=True)`)."""
    return bool((info.context or {}).get("private"))


class OperationSpec(Strict):
    """One thing that can be asked."""

    needs: list[list[str]] = Field(min_length=1)
    uses: list[str] = Field(default=[])
    request: RequestSpec
    fields: dict[str, FieldSpec | str] = Field(min_length=1)
    requires: str | None = Field(default=None, description="the field without which an answer is a miss")
    miss: When | None = None
    words: list[WordSpec] = Field(default=[], description="looked at before the provider's own")
    poll: PollSpec | None = None
    bulk: BulkSpec | None = None
    parameters: dict[str, ParameterSpec] = Field(default={}, description="query word -> what it must be")
    credits: Decimal | dict[str, Decimal] | None = Field(default=None, description="a number, or pool -> number")
    max_credits: Decimal | dict[str, Decimal] | None = Field(default=None, description="the most one call can cost")
    cost: CostSpec | None = Field(default=None, description="where a reply says what it cost")
    charged: Literal["on_hit", "on_call", "free"] = "on_hit"
    confidence: int | None = Field(default=None, ge=0, le=100)
    docs_url: str | None = None
    summary: str = ""

    def requests(self) -> Iterator[tuple[tuple[str, ...], RequestSpec]]:
        """Yield (keys, request) of all that it sends."""
        yield ("request",), self.request
        if self.poll is not None and self.poll.request is not None:
            yield ("poll", "request"), self.poll.request
        if self.bulk is not None:
            yield ("bulk", "request"), self.bulk.request
            if self.bulk.poll is not None and self.bulk.poll.request is not None:
                yield ("bulk", "poll", "request"), self.bulk.poll.request

    def inputs(self) -> set[str]:
        """Return every query word it may receive."""
        return {*(word for way in self.needs for word in way), *self.uses, *self.parameters}


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
    rates: list[RateSpec] = Field(default=[])
    concurrency: int | None = Field(default=None, gt=0)
    prices: list[PriceSpec] = Field(default=[])
    hosts: list[str] = Field(default=[])
    errors: dict[int, ErrorCode] = Field(default={})
    words: list[WordSpec] = Field(default=[], description="what words in a reply mean: errors, or misses")
    account: AccountSpec | None = None
    check: RequestSpec | None = Field(default=None, description="a free request that shows whether the key is good")
    webhook: WebhookSpec | None = None
    enums: dict[str, dict[str, Any]] = Field(default={})
    operations: dict[str, OperationSpec] = Field(min_length=1)

    @model_validator(mode="after")
    def _whole(self, info: ValidationInfo) -> ProviderSpec:
        if self.extends is None and not (self.id and self.base_url):
            raise ValueError("a provider needs an id and a base_url, or extends a built-in one")
        if self.extends is not None:
            for key in sorted(self.model_fields_set - EXTENDING):
                raise Fault(
                    (key,), f"the built-in {self.extends!r} says this; beside extends only operations may stand"
                )
        if self.base_url and (problem := base_url_problem(self.base_url, is_private(info))) is not None:
            raise Fault(("base_url",), problem)
        for number, host in enumerate(self.hosts):
            if (problem := host_problem(host, is_private(info))) is not None:
                raise Fault(("hosts", str(number)), problem)
        for name, operation in self.operations.items():
            self._check(name, operation)
        return self

    def _check(self, name: str, operation: OperationSpec) -> None:
        """Refuse words, fields and tables that an operation names and nothing knows."""
        place, own = ("operations", name), f"{self.extends or self.id}_"
        needed = [word for way in operation.needs for word in way]
        for part, words in (("needs", needed), ("uses", operation.uses), ("parameters", list(operation.parameters))):
            for word in words:
                if word not in QUERY_WORDS and not word.startswith(own):
                    raise Fault((*place, part), f"no query word {word!r}{nearest(word, QUERY_WORDS)}")
        known = {*operation.inputs(), "job", "webhook_url", "items"}
        for at, request in operation.requests():
            for word in WORD.findall(request.model_dump_json()):
                if word not in known:
                    raise Fault((*place, *at), f"{{{word}}} is in neither needs nor uses")
        for field, spec in operation.fields.items():
            if field not in FIELDS and not field.startswith(own):
                raise Fault((*place, "fields", field), f"no field {field!r}{nearest(field, FIELDS)}")
            if isinstance(spec, FieldSpec) and spec.enum and spec.enum not in self.enums:
                raise Fault((*place, "fields", field), f"no enum {spec.enum!r}{nearest(spec.enum, self.enums)}")
        if operation.poll is not None and operation.poll.request is None and self.webhook is None:
            raise Fault((*place, "poll"), "without a request the result comes by webhook: say how under [webhook]")
        if operation.requires is not None and operation.requires not in operation.fields:
            raise Fault((*place, "requires"), f"{operation.requires!r} is none of the fields")

    def urls(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """Yield (keys, path or URL) of everything that is sent somewhere."""
        if self.auth.url is not None:
            yield ("auth", "url"), self.auth.url
        if self.account is not None:
            yield ("account", "path"), self.account.path
        if self.check is not None:
            yield ("check", "path"), self.check.path
        for name, operation in self.operations.items():
            for at, request in operation.requests():
                yield ("operations", name, *at, "path"), request.path
