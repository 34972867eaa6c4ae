"""What a provider is: its facts as data, its features, and the bare async protocol behind every one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

from leadenrich.contract.auth import Auth, NoAuth
from leadenrich.contract.parameters import Parameter
from leadenrich.contract.query import cleaned, restricted
from leadenrich.errors import ConfigurationError
from leadenrich.results import Credits, counts_tokens, to_credits
from leadenrich.vocabulary import JSON_TYPES, Operation
from leadenrich.wording import meaning

if TYPE_CHECKING:
    from leadenrich.results import Hit, Miss
    from leadenrich.vocabulary import Query


class Category(StrEnum):
    """What kind of vendor it is."""

    MAJOR_DATA = "major_data"
    EMAIL_CONTACT = "email_contact"
    COMPANY_INTELLIGENCE = "company_intelligence"
    VERIFICATION = "verification"
    PHONE = "phone"
    AI_RESEARCH = "ai_research"
    SPECIALIZED = "specialized"
    LOCAL_FREE = "local_free"


class Tier(StrEnum):
    """What the cheapest plan with API access is."""

    FREE = "free"
    BASIC = "basic"
    PRO = "pro"
    ENTERPRISE = "enterprise"


class Charged(StrEnum):
    """When the vendor takes its credits."""

    ON_HIT = "on_hit"
    ON_CALL = "on_call"
    FREE = "free"


class Support(StrEnum):
    """How an adapter was checked."""

    DOCUMENTED = "documented"
    """Against the vendor's own documentation."""
    INFERRED = "inferred"
    """Against SDKs or other people's integrations only."""
    LIVE = "live"
    """Really run against the vendor."""
    UNDOCUMENTED = "undocumented"
    """Known by name alone; calling it raises FEATURE_NOT_SUPPORTED."""


@dataclass(frozen=True, slots=True)
class Rate:
    """One limit: `limit` requests (or items) in any window of `per` seconds.

    Args:
        limit: how many.
        per: the window in seconds.
        unit: "requests", or "items" where the vendor counts leads (`Request.weight`).
        on: the endpoints that share it, each `"METHOD /path"` as the adapter writes it; None: all of them.
        kind: "sliding" (strict in any window) or "leaky" (an average with `burst`).
        burst: how many at once a leaky bucket takes.
    """

    limit: int
    per: float
    unit: Literal["requests", "items"] = "requests"
    on: str | tuple[str, ...] | None = None
    kind: Literal["sliding", "leaky"] = "sliding"
    burst: int | None = None

    def __post_init__(self) -> None:
        for name, value in (("limit", self.limit), ("per", self.per), ("burst", self.burst)):
            wrong = not isinstance(value, int | float) or isinstance(value, bool) or not value > 0
            if wrong and not (name == "burst" and value is None):
                raise ConfigurationError(f"the {name} of a Rate is a number above 0, not {value!r}")
        if self.unit not in ("requests", "items"):
            raise ConfigurationError(f"the unit of a Rate is 'requests' or 'items', not {self.unit!r}")
        if self.kind not in ("sliding", "leaky"):
            raise ConfigurationError(f"the kind of a Rate is 'sliding' or 'leaky', not {self.kind!r}")

    def covers(self, endpoint: str) -> bool:
        """Return whether this limit counts calls of an endpoint."""
        if self.on is None:
            return True
        return endpoint == self.on if isinstance(self.on, str) else endpoint in self.on


@dataclass(frozen=True, slots=True)
class RateHeaders:
    """Names of the reply headers in which a vendor states its limit.

    `reset_as`: "seconds" until, "epoch" seconds, "duration" such as "6m0s", or "timestamp" (RFC 3339).
    """

    remaining: str | None = None
    reset: str | None = None
    limit: str | None = None
    reset_as: Literal["seconds", "epoch", "duration", "timestamp"] = "seconds"


@dataclass(frozen=True, slots=True)
class Price:
    """A published list price.

    Attributes:
        usd: for one credit of the pool. plan: on which plan, or under which condition. as_of: when it was read.
        pool: which purse. source: the page it stands on. above: it holds for prompts of more tokens than these.

    `str(price)` says it: "$0.0245 a credit", "$0.40 a million input tokens (gpt-4.1-mini)".
    """

    usd: Decimal | str
    plan: str | None = None
    as_of: str | None = None
    pool: str = ""
    source: str | None = None
    above: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "usd", Decimal(str(self.usd)))

    @property
    def by_token(self) -> bool:
        """Return whether `usd` is for one token of a language model, not for a credit."""
        return counts_tokens(self.pool)

    @property
    def usd_per_million(self) -> Decimal:
        """Return the USD of a million, as prices of tokens are usually told."""
        return Decimal(self.usd) * 1_000_000

    def __str__(self) -> str:
        if not self.by_token:
            return f"${self.usd:f} a credit" + (f" ({self.pool})" if self.pool else "")
        model, _, kind = self.pool.rpartition(":")
        dollars, _, cents = f"{self.usd_per_million.normalize():,f}".partition(".")
        return f"${dollars}.{cents:0<2} a million {kind.replace('_', ' ')} ({model})"


@dataclass(frozen=True, slots=True)
class HMACSignature:
    """How a vendor signs its webhooks; the secret is the credential field `webhook_secret`.

    Args:
        header: where the signature stands.
        signed: the parts signed, joined by `join`: "body", "header:<name>", or "param:<name>" of the header's value.
        value: the parameter of the header's value that holds the signature (`"v0"` in `t=1,v0=ab`); None: all of it.
        prefix: stands before the signature (`"sha256="`, `"v1,"`).
        algorithm: the hash.
        encoding: of the signature.
        secret: how the secret is written: "text", or "base64" after `secret_prefix`.
        secret_prefix: stands before a base64 secret.
        timestamp: the part that holds the signing time, in seconds or milliseconds.
        tolerance: seconds that the signing time may be old.
    """

    header: str
    signed: tuple[str, ...] = ("body",)
    join: str = "."
    value: str | None = None
    prefix: str = ""
    algorithm: Literal["sha256", "sha1", "sha512"] = "sha256"
    encoding: Literal["hex", "base64"] = "hex"
    secret: Literal["text", "base64"] = "text"
    secret_prefix: str = ""
    timestamp: str | None = None
    tolerance: float | None = None


@dataclass(frozen=True, slots=True)
class LiveCheck:
    """A live check that an adapter passed: `python -m leadenrich.testing.live`.

    Attributes:
        date: ISO 8601. version: of the library. report: the report's hash.
    """

    date: str
    version: str
    report: str


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing a provider can be asked, with what it needs, gives and costs.

    Attributes:
        operation: the operation's id, or `"<provider>.<feature>"`.
        needs: alternatives; each a set of query words that together suffice.
        uses: further query words it can make use of.
        gives: canonical fields it may fill.
        credits: what a hit (or a call, by `charged`) costs, by pool.
        charged: when the vendor takes it.
        max_credits: the most one call can cost, where that is more; may depend on the query.
        expects: what one call usually costs, where that depends on the query and is told by the reply alone.
        patience: seconds a paid background job is waited for.
        confidence: 0-100, where the vendor states none.
        confidence_reason: why it is that.
        support: how it was checked.
        docs_url: the vendor's page.
        summary: one line.
        typed: query word -> `Parameter`, for words that are more than a text.
    """

    operation: str
    needs: tuple[tuple[str, ...], ...] = ()
    uses: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()
    credits: Mapping[str, Decimal] | None = None
    charged: Charged = Charged.ON_HIT
    max_credits: Credits | Callable[[Query], Credits] | None = None
    patience: float = 120.0
    confidence: int | None = None
    confidence_reason: str | None = None
    support: Support = Support.DOCUMENTED
    docs_url: str | None = None
    summary: str = ""
    expects: Callable[[Query], Credits] | None = None
    typed: Mapping[str, Parameter] = field(default_factory=dict)
    _words: tuple[str, ...] = field(default=(), init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        words = dict.fromkeys([word for way in self.needs for word in way] + list(self.uses))
        object.__setattr__(self, "_words", tuple(words))

    @property
    def id(self) -> str:
        """Return the operation's id."""
        return self.operation

    @property
    def words(self) -> tuple[str, ...]:
        """Return every query word it may receive."""
        return self._words

    @property
    def parameters(self) -> dict[str, Any]:
        """Return the JSON schema of its query: flat, each word described, alternatives told in the description.

        Whether one of several alternatives is given is for `validate` to say: language models' tools take no
        alternatives at the top of a schema.
        """
        return flat_schema(self.needs, self.words, {word: typed.schema for word, typed in self.typed.items()})

    def can_ask(self, query: Mapping[str, Any]) -> bool:
        """Return whether a query holds one of the alternatives needed."""
        for way in self.needs:
            for word in way:
                if query.get(word) in (None, ""):
                    break
            else:
                return True
        return not self.needs

    def validate(self, query: Mapping[str, Any]) -> Query:
        """Return a query as a call would hand it on: in canonical form, the words declared and no more.

        Raises:
            FeatureParametersError: an unknown word, a setting of the wrong kind, or none of the alternatives needed.
        """
        return restricted(self, cleaned(self, query))

    def most(self, query: Query) -> dict[str, Decimal]:
        """Return the most credits one call for this query can cost, per pool."""
        if self.charged is Charged.FREE and self.max_credits is None:
            return {}
        value = self.max_credits(query) if callable(self.max_credits) else self.max_credits
        return dict(self.credits or {}) if value is None else to_credits(value)

    def usual(self, query: Query) -> dict[str, Decimal] | None:
        """Return what one call for this query usually costs, per pool; None where nothing is known of that."""
        if self.expects is not None:
            return to_credits(self.expects(query))
        return None if self.credits is None else dict(self.credits)


@dataclass(frozen=True, slots=True)
class ProviderInfo:
    """A vendor's facts.

    Attributes:
        id: the provider's id; for a built-in its file's name.
        title: as the vendor spells itself.
        category: what kind of vendor it is.
        tier: the cheapest plan with API access.
        base_url: https, no trailing slash; "" for a source that is not asked over HTTP.
        docs_url: the vendor's documentation.
        hosts: further hosts that requests may go to.
        private: it is a service of your own: plain http, and private, loopback and link-local addresses, are allowed.
        auth: how requests are signed.
        rates: its limits; all of them hold at once.
        concurrency: calls in flight at most.
        rate_headers: the reply headers that state its limit.
        prices: list prices of a credit.
        webhook: how it signs deliveries; None: it does not.
        support: how its facts were checked.
        undocumented: features known by name alone.
        established_in: country, ISO 3166-1 alpha-2.
        privacy_url: its privacy notice.
        summary: one line.
        live: the live check behind `support="live"`.
        features: filled from the class's operations.
    """

    title: str
    category: Category
    tier: Tier
    base_url: str
    docs_url: str | None
    auth: Auth = field(default_factory=NoAuth)
    id: str = ""
    rates: tuple[Rate, ...] = ()
    concurrency: int | None = None
    rate_headers: RateHeaders | None = None
    prices: tuple[Price, ...] = ()
    hosts: tuple[str, ...] = ()
    private: bool = False
    webhook: HMACSignature | None = None
    support: Support = Support.DOCUMENTED
    undocumented: tuple[str, ...] = ()
    established_in: str | None = None
    privacy_url: str | None = None
    summary: str = ""
    live: LiveCheck | None = None
    features: tuple[Feature, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a provider that says it was really run and not when.

        Raises:
            ConfigurationError: `support` is live, and `live` says nothing.
        """
        ran = self.support is Support.LIVE or any(one.support is Support.LIVE for one in self.features)
        if ran and self.live is None:
            raise ConfigurationError(
                f"{self.title} has support 'live' and no live check; "
                "give live=LiveCheck(date, version, report) of `python -m leadenrich.testing.live`"
            )

    def feature(self, operation: str) -> Feature | None:
        """Return the feature of an operation, or None."""
        return next((feature for feature in self.features if feature.operation == operation), None)

    def with_features(self, provider_id: str, features: Sequence[Feature]) -> ProviderInfo:
        """Return a copy that knows its id and features."""
        named = tuple(
            replace(feature, operation=full_operation(provider_id, feature.operation)) for feature in features
        )
        unknown = tuple(
            Feature(f"{provider_id}.{name}", support=Support.UNDOCUMENTED, charged=Charged.FREE)
            for name in self.undocumented
        )
        return replace(self, id=provider_id, features=named + unknown)


def flat_schema(
    ways: Sequence[Sequence[str]], words: Sequence[str], typed: Mapping[str, Mapping[str, Any]] = {}
) -> dict[str, Any]:
    """Return the JSON schema of a question: the words it may hold, and in its description which of them it needs.

    Args:
        ways: alternatives, each a sequence of words that together suffice.
        words: all that it may hold.
        typed: the schemas of words that have one of their own.
    """
    properties: dict[str, Any] = {}
    for word in words:
        if word in typed:
            properties[word] = {"description": meaning(word), **typed[word]}
            continue
        kind = JSON_TYPES.get(word, "string")
        items = {"items": {"type": "string"}} if kind == "array" else {}
        properties[word] = {"type": kind, **items, "description": meaning(word)}
    always = [word for word in words if ways and all(word in way for way in ways)]
    schema: dict[str, Any] = {"type": "object", "properties": properties, "required": always}
    if len(ways) > 1:
        schema["description"] = f"Give one of: {'; or '.join(' + '.join(way) for way in ways)}."
    return {**schema, "additionalProperties": False}


def full_operation(provider_id: str, operation: str) -> str:
    """Return an operation's full id: a word of the vocabulary as it is, a vendor's own feature behind its id."""
    if operation in Operation._value2member_map_ or "." in operation:
        return str(operation)
    return f"{provider_id}.{operation}"


@dataclass(frozen=True, slots=True)
class Quota:
    """What an account has left; a None is something the vendor does not say. `resets_at` is ISO 8601 where known."""

    plan: str | None = None
    used: Decimal | int | float | None = None
    remaining: Decimal | int | float | None = None
    resets_at: str | None = None
    pools: Mapping[str, Decimal | int | float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read numbers that came as text; what is no number is not known."""
        object.__setattr__(self, "used", _number(self.used))
        object.__setattr__(self, "remaining", _number(self.remaining))
        pools = {pool: number for pool, amount in self.pools.items() if (number := _number(amount)) is not None}
        object.__setattr__(self, "pools", pools)


def _number(value: object) -> Decimal | int | float | None:
    if isinstance(value, bool) or not isinstance(value, Decimal | int | float | str):
        return None
    try:
        number = Decimal(str(value).replace(",", "").strip())
    except ArithmeticError:
        return None
    return (number if isinstance(value, str) else value) if number.is_finite() else None


@runtime_checkable
class Provider(Protocol):
    """The bare protocol: what a plugin implements that must use a vendor's SDK instead of `HTTPProvider`.

    The engine still owns time, limits, money, retries, coalescing and health around `execute`.
    """

    info: ProviderInfo

    async def initialize(self, credentials: Mapping[str, str]) -> None:
        """Receive the credentials, once per session, before the first call."""
        ...

    async def validate_credentials(self) -> bool:
        """Return whether the credentials are good."""
        ...

    async def execute(self, operation: str, query: Query) -> Hit | Miss:
        """Answer one question; raise a `ProviderError` on failure."""
        ...

    async def quota(self) -> Quota:
        """Return what the account has left."""
        ...
