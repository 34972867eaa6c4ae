"""Enrich leads by asking many data vendors in a cost-optimal order: a library, not a service.

The public names load on first use (PEP 562), so that importing the package costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from leadenrich import clean, contract, recipes, research, testing
    from leadenrich.catalogue import features, providers
    from leadenrich.contract import (
        AllOf,
        Basic,
        Bearer,
        BodyKey,
        Category,
        Charged,
        ClientCredentials,
        Feature,
        Flow,
        Fold,
        HeaderKey,
        HMACSignature,
        HTTPProvider,
        LoginToken,
        NoAuth,
        OptionalKey,
        PathKey,
        Price,
        Provider,
        ProviderInfo,
        QueryKey,
        Quota,
        Rate,
        RateHeaders,
        Reply,
        Request,
        Settings,
        Support,
        Tier,
        Wait,
        bulk,
        first,
        hookimpl,
        operation,
        rename,
    )
    from leadenrich.declared import DeclaredProvider
    from leadenrich.engine.budget import Budget, Wallet
    from leadenrich.engine.cache import Cache
    from leadenrich.engine.events import Event
    from leadenrich.engine.ledger import FileLedger
    from leadenrich.engine.limits import RateLimiter
    from leadenrich.engine.session import Session
    from leadenrich.engine.transport import default_transport
    from leadenrich.errors import (
        AuthenticationError,
        BudgetExceededError,
        BulkOperationError,
        ConfigurationError,
        CsvParsingError,
        DataTransformationError,
        ErrorCode,
        FeatureExecutionError,
        FeatureNotSupportedError,
        FeatureParametersError,
        InsufficientCreditsError,
        InvalidReplyError,
        InvalidValueError,
        LeadEnrichError,
        ProviderAPIError,
        ProviderBenchedError,
        ProviderError,
        ProviderNotFoundError,
        ProviderTimeoutError,
        ProviderUnreachableError,
        RateLimitError,
        SuppressedError,
        WaterfallError,
    )
    from leadenrich.records import (
        ColumnMap,
        CsvSink,
        JsonlSink,
        map_columns,
        read_csv,
        read_jsonl,
        write_csv,
        write_jsonl,
    )
    from leadenrich.results import Attempt, Cost, EnrichedRecord, Hit, Miss, Value, sources
    from leadenrich.suppression import Suppression
    from leadenrich.vocabulary import Company, Operation, Person, Query
    from leadenrich.waterfall import Chain, Step, Waterfall, enrich
    from leadenrich.waterfall.chain_plan import ChainPlan
    from leadenrich.waterfall.plan import Plan
    from leadenrich.waterfall.replay import Replay, replay
    from leadenrich.waterfall.stats import Prior, Stats

_HOME: dict[str, tuple[str, ...]] = {
    "catalogue": ("features", "providers"),
    "contract": (
        "AllOf", "Basic", "Bearer", "BodyKey", "Category", "Charged", "ClientCredentials", "Feature", "Flow", "Fold",
        "HMACSignature", "HTTPProvider", "HeaderKey", "LoginToken", "NoAuth", "OptionalKey", "PathKey", "Price",
        "Provider", "ProviderInfo", "QueryKey", "Quota", "Rate", "RateHeaders", "Reply", "Request", "Settings",
        "Support", "Tier", "Wait", "bulk", "first", "hookimpl", "operation", "rename",
    ),
    "declared": ("DeclaredProvider",),
    "engine.budget": ("Budget", "Wallet"),
    "engine.cache": ("Cache",),
    "engine.events": ("Event",),
    "engine.ledger": ("FileLedger",),
    "engine.limits": ("RateLimiter",),
    "engine.session": ("Session",),
    "engine.transport": ("default_transport",),
    "errors": (
        "AuthenticationError", "BudgetExceededError", "BulkOperationError", "ConfigurationError", "CsvParsingError",
        "DataTransformationError", "ErrorCode", "FeatureExecutionError", "FeatureNotSupportedError",
        "FeatureParametersError", "InsufficientCreditsError", "InvalidReplyError", "InvalidValueError",
        "LeadEnrichError", "ProviderAPIError", "ProviderBenchedError", "ProviderError", "ProviderNotFoundError",
        "ProviderTimeoutError", "ProviderUnreachableError", "RateLimitError", "SuppressedError", "WaterfallError",
    ),
    "records": (
        "ColumnMap", "CsvSink", "JsonlSink", "map_columns", "read_csv", "read_jsonl", "write_csv", "write_jsonl",
    ),
    "results": ("Attempt", "Cost", "EnrichedRecord", "Hit", "Miss", "Value", "sources"),
    "suppression": ("Suppression",),
    "vocabulary": ("Company", "Operation", "Person", "Query"),
    "waterfall": ("Chain", "Step", "Waterfall", "enrich"),
    "waterfall.chain_plan": ("ChainPlan",),
    "waterfall.plan": ("Plan",),
    "waterfall.replay": ("Replay", "replay"),
    "waterfall.stats": ("Prior", "Stats"),
}  # fmt: skip
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}
_MODULES = ("clean", "contract", "recipes", "research", "testing")

__version__ = "0.1.0"
__all__ = [
    "AllOf",
    "Attempt",
    "AuthenticationError",
    "Basic",
    "Bearer",
    "BodyKey",
    "Budget",
    "BudgetExceededError",
    "BulkOperationError",
    "Cache",
    "Category",
    "Chain",
    "ChainPlan",
    "Charged",
    "ClientCredentials",
    "ColumnMap",
    "Company",
    "ConfigurationError",
    "Cost",
    "CsvParsingError",
    "CsvSink",
    "DataTransformationError",
    "DeclaredProvider",
    "EnrichedRecord",
    "ErrorCode",
    "Event",
    "Feature",
    "FeatureExecutionError",
    "FeatureNotSupportedError",
    "FeatureParametersError",
    "FileLedger",
    "Flow",
    "Fold",
    "HMACSignature",
    "HTTPProvider",
    "HeaderKey",
    "Hit",
    "InsufficientCreditsError",
    "InvalidReplyError",
    "InvalidValueError",
    "JsonlSink",
    "LeadEnrichError",
    "LoginToken",
    "Miss",
    "NoAuth",
    "Operation",
    "OptionalKey",
    "PathKey",
    "Person",
    "Plan",
    "Price",
    "Prior",
    "Provider",
    "ProviderAPIError",
    "ProviderBenchedError",
    "ProviderError",
    "ProviderInfo",
    "ProviderNotFoundError",
    "ProviderTimeoutError",
    "ProviderUnreachableError",
    "Query",
    "QueryKey",
    "Quota",
    "Rate",
    "RateHeaders",
    "RateLimitError",
    "RateLimiter",
    "Replay",
    "Reply",
    "Request",
    "Session",
    "Settings",
    "Stats",
    "Step",
    "Support",
    "SuppressedError",
    "Suppression",
    "Tier",
    "Value",
    "Wait",
    "Wallet",
    "Waterfall",
    "WaterfallError",
    "bulk",
    "clean",
    "contract",
    "default_transport",
    "enrich",
    "features",
    "first",
    "hookimpl",
    "map_columns",
    "operation",
    "providers",
    "read_csv",
    "read_jsonl",
    "recipes",
    "rename",
    "replay",
    "research",
    "sources",
    "testing",
    "write_csv",
    "write_jsonl",
]


def __getattr__(name: str) -> Any:
    if name in _MODULE_OF:
        value = getattr(importlib.import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
        globals()[name] = value
        return value
    if name in _MODULES:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
