"""What a provider promises and may use: everything an adapter imports."""

from leadenrich.contract.adapter import BulkEndpoint, Classified, HTTPProvider, bulk, operation
from leadenrich.contract.auth import (
    AllOf,
    Auth,
    Basic,
    Bearer,
    BodyKey,
    ClientCredentials,
    HeaderKey,
    HeaderSetting,
    Keyring,
    LoginToken,
    NoAuth,
    OptionalKey,
    PathKey,
    QueryKey,
    Settings,
    Token,
    TokenAuth,
)
from leadenrich.contract.flows import (
    Account,
    CheckFlow,
    Flow,
    Fold,
    QuotaFlow,
    Requests,
    Steps,
    finished,
    one_call,
)
from leadenrich.contract.hooks import hookimpl
from leadenrich.contract.provider import (
    Category,
    Charged,
    Feature,
    HMACSignature,
    Price,
    Provider,
    ProviderInfo,
    Quota,
    Rate,
    RateHeaders,
    Support,
    Tier,
    full_operation,
)
from leadenrich.contract.saying import capitalised, country_name, listing, place, present, size_bounds
from leadenrich.contract.wire import Reply, Request, Wait, dig, first, pluck, rename, table
from leadenrich.errors import (
    AuthenticationError,
    ErrorCode,
    FeatureExecutionError,
    FeatureParametersError,
    InsufficientCreditsError,
    InvalidReplyError,
    ProviderAPIError,
    ProviderError,
    RateLimitError,
)
from leadenrich.results import Credits, Hit, Miss, to_credits
from leadenrich.vocabulary import (
    COMPANY_FIELDS,
    EMAIL_FIELDS,
    PERSON_FIELDS,
    PHONE_FIELDS,
    Operation,
    Query,
)

__all__ = [
    "COMPANY_FIELDS", "EMAIL_FIELDS", "PERSON_FIELDS", "PHONE_FIELDS", "Account", "AllOf", "Auth",
    "AuthenticationError", "Basic", "Bearer", "BodyKey", "BulkEndpoint", "Category", "Charged", "CheckFlow",
    "Classified", "ClientCredentials", "Credits", "ErrorCode", "Feature", "FeatureExecutionError",
    "FeatureParametersError", "Flow", "Fold", "HMACSignature", "HTTPProvider", "HeaderKey", "HeaderSetting", "Hit",
    "InsufficientCreditsError", "InvalidReplyError", "Keyring", "LoginToken", "Miss", "NoAuth", "Operation",
    "OptionalKey", "PathKey", "Price", "Provider", "ProviderAPIError", "ProviderError", "ProviderInfo", "Query",
    "QueryKey", "Quota", "QuotaFlow", "Rate", "RateHeaders", "RateLimitError", "Reply", "Request", "Requests",
    "Settings", "Steps", "Support", "Tier", "Token", "TokenAuth", "Wait", "bulk", "capitalised", "country_name", "dig",
    "finished", "first", "full_operation", "hookimpl", "listing", "one_call", "operation", "place", "pluck", "present",
    "rename", "size_bounds", "table", "to_credits",
]  # fmt: skip
