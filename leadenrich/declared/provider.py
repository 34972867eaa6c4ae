"""`DeclaredProvider`: a provider class made of a file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from leadenrich.contract import (
    AccountEndpoint,
    Auth,
    Basic,
    Bearer,
    BodyKey,
    BulkEndpoint,
    Charged,
    Classified,
    ClientCredentials,
    ErrorCode,
    Feature,
    Flow,
    HeaderKey,
    HMACSignature,
    HTTPProvider,
    LoginToken,
    NoAuth,
    Parameter,
    PathKey,
    Price,
    ProviderInfo,
    Query,
    QueryKey,
    Rate,
    Reply,
    Support,
    full_operation,
    to_credits,
)
from leadenrich.contract.adapter import USUAL, with_parameters
from leadenrich.contract.facts import problems
from leadenrich.contract.urls import url_problem
from leadenrich.declared import files, templates
from leadenrich.declared.flows import MISS, answered, bulk_of
from leadenrich.declared.parts import AccountSpec, AuthSpec, RateSpec, WebhookSpec
from leadenrich.declared.schema import OperationSpec, ProviderSpec
from leadenrich.declared.templates import DeclaredRequest
from leadenrich.errors import ConfigurationError
from leadenrich.registry import registry


class DeclaredProvider(HTTPProvider):
    """Base of the classes that files become; make one with `load` or `declare`.

    Attributes:
        declaration: what the file says.
    """

    declaration: ClassVar[ProviderSpec]
    declared: ClassVar[Mapping[str, OperationSpec]] = {}

    @classmethod
    def load(cls, path: str | os.PathLike[str], *, private: bool = False) -> type[HTTPProvider]:
        """Return the provider a TOML, YAML or JSON file describes, registered under its id.

        A file that `extends` a built-in provider adds its operations to that one. Loading a file again replaces what
        it declared before.

        Args:
            path: the file.
            private: allow plain http, and private, loopback and link-local addresses: for a service of your own.

        Raises:
            ConfigurationError: with file, line and key.
        """
        return _registered(files.read(path), private)

    @classmethod
    def declare(cls, declaration: Mapping[str, Any] | ProviderSpec, *, private: bool = False) -> type[HTTPProvider]:
        """Return the provider a mapping describes, registered under its id.

        Args:
            declaration: what a file would say.
            private: allow plain http, and private, loopback and link-local addresses: for a service of your own.

        Raises:
            ConfigurationError: with the key.
        """
        if isinstance(declaration, ProviderSpec):
            declaration = declaration.model_dump(by_alias=True, exclude_unset=True)
        return _registered(files.Source(declaration), private)

    @staticmethod
    def schema() -> dict[str, Any]:
        """Return the JSON Schema of a provider's file."""
        return ProviderSpec.model_json_schema(by_alias=True)

    def flow(self, operation: str, query: Query) -> Flow:
        """Return the generator that answers one question as declared."""
        spec = self.declared.get(operation)
        return super().flow(operation, query) if spec is None else answered(self, operation, spec, query)

    def classify(self, reply: Reply) -> Classified:
        """Read what words in a reply mean, and statuses that are expected for a miss alone."""
        request = reply.request
        if not isinstance(request, DeclaredRequest):
            return super().classify(reply)
        means = templates.said(request.rules, reply)
        if means is not None:
            return None if means == MISS else ErrorCode(means)
        if reply.status in request.expect and reply.status not in request.stated:
            return self.errors.get(reply.status) or USUAL.get(reply.status) or ErrorCode.PROVIDER_API_ERROR
        return super().classify(reply)


def _registered(source: files.Source, private: bool) -> type[HTTPProvider]:
    spec = source.spec(private)
    made = _extended(spec) if spec.extends else _made(spec, private)
    for keys, path in spec.urls():
        if (problem := url_problem(path, made.info.base_url, made.info.hosts)) is not None:
            raise source.fault(keys, problem)
    if wrong := problems(made, registry.operations):
        raise source.fault((), "; ".join(wrong))
    registry.declare(made)
    return made


def _made(spec: ProviderSpec, private: bool) -> type[DeclaredProvider]:
    assert spec.id is not None  # as the schema has checked
    assert spec.base_url is not None
    info = ProviderInfo(
        title=spec.title or spec.id.replace("_", " ").title(),
        category=spec.category,
        tier=spec.tier,
        base_url=spec.base_url.rstrip("/"),
        docs_url=spec.docs_url,
        auth=_auth(spec.auth),
        rates=tuple(_rate(rate) for rate in spec.rates),
        webhook=_signature(spec.webhook),
        concurrency=spec.concurrency,
        prices=tuple(Price(price.usd, as_of=price.as_of, pool=price.pool) for price in spec.prices),
        hosts=tuple(host.lower() for host in spec.hosts),
        private=private,
        support=Support.INFERRED,
        summary=spec.summary,
    )
    members = {
        "__doc__": f"{info.title}, as declared.",
        "info": info,
        "errors": spec.errors,
        "account": _account(spec.account),
        "free_call": None if spec.check is None else templates.request(spec.check, {}, paid=False),
        "webhook_job": "" if spec.webhook is None else spec.webhook.job,
    }
    made: type[DeclaredProvider] = type(_class_name(spec.id), (DeclaredProvider,), members)
    return _with_operations(made, spec, spec.id, {})


def _extended(spec: ProviderSpec) -> type[HTTPProvider]:
    assert spec.extends is not None
    base = registry.builtin(spec.extends)
    if not issubclass(base, HTTPProvider):
        raise ConfigurationError(f"{spec.extends!r} is no HTTPProvider; it cannot be extended")
    made: type[DeclaredProvider] = type(_class_name(spec.extends), (DeclaredProvider, base), {"__doc__": base.__doc__})
    names = {full_operation(spec.extends, name) for name in spec.operations}
    kept = {name: feature for name, feature in base.features.items() if name not in names}
    return _with_operations(made, spec, spec.extends, kept)


def _with_operations(
    made: type[DeclaredProvider], spec: ProviderSpec, provider_id: str, kept: Mapping[str, Feature]
) -> type[DeclaredProvider]:
    named = {full_operation(provider_id, name): operation for name, operation in spec.operations.items()}
    features = {name: _feature(name, operation) for name, operation in named.items()}
    made.declaration, made.declared = spec, named
    made.features = {**kept, **features}
    made.folds = {**made.folds, **_folds(named)}
    made.info = replace(made.info, id=provider_id, features=tuple(made.features.values()))
    return made


def _folds(operations: Mapping[str, OperationSpec]) -> dict[str, BulkEndpoint]:
    found: dict[str, BulkEndpoint] = {}
    for name, operation in operations.items():
        if operation.bulk is not None:
            made = bulk_of(name, operation)
            if made.endpoint in found:
                raise ConfigurationError(f"{made.endpoint} has two bulk forms; give one of its operations a bulk")
            found[made.endpoint] = made
    return found


def _rate(spec: RateSpec) -> Rate:
    on = tuple(spec.on) if spec.on else None
    return Rate(spec.limit, spec.per, unit=spec.unit, on=on, kind=spec.kind, burst=spec.burst)


def _signature(spec: WebhookSpec | None) -> HMACSignature | None:
    if spec is None or spec.header is None:
        return None
    return HMACSignature(
        spec.header,
        signed=tuple(spec.signed),
        join=spec.join,
        value=spec.value,
        prefix=spec.prefix,
        algorithm=spec.algorithm,
        encoding=spec.encoding,
        timestamp=spec.timestamp,
        tolerance=spec.tolerance,
    )


def _account(spec: AccountSpec | None) -> AccountEndpoint | None:
    if spec is None:
        return None
    ways = {name: getattr(spec, name) or () for name in ("plan", "used", "remaining", "limit", "resets_at")}
    return AccountEndpoint(
        spec.path, method=spec.method, headers=spec.headers or None, json=spec.body, pools=spec.pools, **ways
    )


def _feature(name: str, spec: OperationSpec) -> Feature:
    return Feature(
        operation=name,
        needs=tuple(tuple(way) for way in spec.needs),
        uses=with_parameters(spec.needs, spec.uses, spec.parameters),
        typed={
            word: Parameter(one.type, tuple(one.enum), one.default, one.description)
            for word, one in spec.parameters.items()
        },
        gives=tuple(spec.fields),
        credits=None if spec.credits is None else to_credits(spec.credits),
        charged=Charged(spec.charged),
        max_credits=spec.max_credits,
        patience=spec.poll.patience if spec.poll else 120.0,
        confidence=spec.confidence,
        confidence_reason=None if spec.confidence is None else "as declared",
        support=Support.INFERRED,
        docs_url=spec.docs_url,
        summary=spec.summary or f"{spec.request.method} {spec.request.path}, as declared.",
    )


def _auth(spec: AuthSpec) -> Auth:
    name = spec.name or ""
    kinds: dict[str, Auth] = {
        "none": NoAuth(),
        "header": HeaderKey(name, spec.prefix),
        "bearer": Bearer(),
        "query": QueryKey(name),
        "body": BodyKey(name),
        "path": PathKey(),
        "basic": Basic("username", "password", public_username=True),
    }
    if spec.kind in kinds:
        return kinds[spec.kind]
    url = spec.url or ""
    if spec.kind == "client_credentials":
        return ClientCredentials(url, scope=spec.scope, lifetime=spec.lifetime)
    places = spec.fields or {"username": "username", "password": "password"}
    return LoginToken(url, places=places, token_at=spec.token, lifetime=spec.lifetime)


def _class_name(provider_id: str) -> str:
    return "".join(part.title() for part in provider_id.split("_"))
