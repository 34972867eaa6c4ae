"""What a provider promises and may use: everything an adapter imports."""

from leadenrich.contract.adapter import (
    BulkEndpoint,
    CheckFlow,
    Classified,
    Flow,
    Fold,
    HTTPProvider,
    QuotaFlow,
    bulk,
    operation,
)
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
from leadenrich.errors import ErrorCode
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
    "COMPANY_FIELDS", "EMAIL_FIELDS", "PERSON_FIELDS", "PHONE_FIELDS", "AllOf", "Auth", "Basic", "Bearer",
    "BodyKey", "BulkEndpoint", "Category", "Charged", "CheckFlow", "Classified", "ClientCredentials", "Credits",
    "ErrorCode", "Feature", "Flow", "Fold", "HMACSignature", "HTTPProvider", "HeaderKey", "HeaderSetting", "Hit",
    "Keyring", "LoginToken", "Miss", "NoAuth", "Operation", "OptionalKey", "PathKey", "Price", "Provider",
    "ProviderInfo", "Query", "QueryKey", "Quota", "QuotaFlow", "Rate", "RateHeaders", "Reply", "Request",
    "Settings", "Support", "Tier", "Token", "TokenAuth", "Wait", "bulk", "capitalised", "country_name", "dig",
    "first", "full_operation", "hookimpl", "listing", "operation", "place", "pluck", "present", "rename",
    "size_bounds", "table", "to_credits",
]  # fmt: skip
