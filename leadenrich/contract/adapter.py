"""`HTTPProvider`: a vendor as facts plus plain generators, and the two decorators that declare them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, TypeVar

from leadenrich.contract.flows import AccountEndpoint, CheckFlow, Flow, Fold, QuotaFlow, Requests
from leadenrich.contract.parameters import Parameter
from leadenrich.contract.provider import Charged, Feature, ProviderInfo, Support, full_operation
from leadenrich.contract.wire import Reply, Request, dig
from leadenrich.errors import ConfigurationError, ErrorCode, ProviderError
from leadenrich.results import Credits, to_credits
from leadenrich.vocabulary import MAIN_FIELD, Query

USUAL: dict[int, ErrorCode] = {
    400: ErrorCode.FEATURE_PARAMETERS_INVALID,
    401: ErrorCode.PROVIDER_AUTHENTICATION_FAILED,
    402: ErrorCode.PROVIDER_INSUFFICIENT_CREDITS,
    403: ErrorCode.PROVIDER_AUTHENTICATION_FAILED,
    422: ErrorCode.FEATURE_PARAMETERS_INVALID,
    429: ErrorCode.PROVIDER_RATE_LIMIT,
}
"""What a status means where a vendor's own table says nothing."""

Classified = ErrorCode | ProviderError | None
"""What `classify` says of a reply."""


@dataclass(frozen=True, slots=True)
class BulkEndpoint:
    """One declared bulk endpoint."""

    endpoint: str
    max_items: int
    group: Callable[[Request], Hashable | None]
    run: Callable[[Any, Requests], Fold]
    patience: float | None = None


F = TypeVar("F", bound=Callable[..., Any])


def operation(
    name: str,
    *,
    needs: Sequence[Sequence[str]] = (),
    uses: Sequence[str] = (),
    gives: Sequence[str] = (),
    credits: Credits | None = None,
    charged: Charged | str = Charged.ON_HIT,
    max_credits: Credits | Callable[[Query], Credits] | None = None,
    expects: Callable[[Query], Credits] | None = None,
    patience: float = 120.0,
    confidence: int | None = None,
    confidence_reason: str | None = None,
    support: Support | None = None,
    docs_url: str | None = None,
    parameters: Mapping[str, Parameter] | None = None,
) -> Callable[[F], F]:
    """Declare a generator method as an operation.

    Args:
        name: a word of `Operation`, or the vendor's own feature ("email-format" becomes "zerobounce.email-format").
        needs: alternatives, each a sequence of query words that together suffice.
        uses: optional query words. An adapter receives `needs` and `uses`, nothing else (G13).
        gives: canonical fields it may fill; by default the operation's main field.
        credits: what a hit (or a call, by `charged`) costs; a number or `{pool: n}`; None where nothing is known.
        charged: when the vendor takes it.
        max_credits: the most one call can cost, if that is more than `credits`; may depend on the query.
        expects: what one call usually costs, where only the reply tells; plans go by it until they have learned.
        patience: seconds a paid background job is waited for.
        confidence: 0-100, used where the vendor states no score and no e-mail status.
        confidence_reason: why it is that.
        support: how it was checked, where that differs from the provider's.
        docs_url: the vendor's page.
        parameters: query word -> `Parameter`, its type, values, default and description; one that is neither in `needs`
            nor in `uses` is added to `uses`.

    Raises:
        ConfigurationError: `needs`, one of its alternatives, `uses` or `gives` is text instead of a list of words;
            `charged` is no such word; the method is `async`.
    """
    for words in (needs, *needs, uses, gives):
        if isinstance(words, str):
            raise ConfigurationError(f"{name}: {words!r} is text; write lists: needs=[('email',)], gives=('email',)")
    if charged not in set(Charged):
        raise ConfigurationError(f"{name}: charged is {' or '.join(map(repr, map(str, Charged)))}, not {charged!r}")

    def declare(method: F) -> F:
        _be_plain(method)
        given = tuple(gives) or ((MAIN_FIELD[name],) if name in MAIN_FIELD else ())
        method.__feature__ = Feature(  # type: ignore[attr-defined]  # read back by HTTPProvider alone
            operation=str(name),
            needs=tuple(tuple(way) for way in needs),
            uses=with_parameters(needs, uses, parameters or {}),
            typed=dict(parameters or {}),
            gives=given,
            credits=None if credits is None else to_credits(credits),
            charged=Charged(charged),
            max_credits=max_credits,
            expects=expects,
            patience=patience,
            confidence=confidence,
            confidence_reason=confidence_reason,
            support=support or Support.DOCUMENTED,
            docs_url=docs_url,
            summary=(inspect.getdoc(method) or "").split("\n")[0],
        )
        method.__own_support__ = support is not None  # type: ignore[attr-defined]  # as above
        return method

    return declare


def _be_plain(method: Callable[..., Any]) -> None:
    if inspect.iscoroutinefunction(method) or inspect.isasyncgenfunction(method):
        raise ConfigurationError(
            f"{method.__name__} is a plain generator (def, with yield), not async def: the engine does the waiting. "
            "A class that has to await, for a vendor's SDK, implements le.Provider instead of le.HTTPProvider"
        )


def with_parameters(needs: Sequence[Sequence[str]], uses: Sequence[str], parameters: Iterable[str]) -> tuple[str, ...]:
    """Return the optional words of an operation, those that only its parameters name included."""
    needed = {word for way in needs for word in way}
    return tuple(dict.fromkeys([*uses, *(word for word in parameters if word not in needed)]))


def _always(request: Request) -> Hashable | None:
    return True


def bulk(
    method: str,
    path: str,
    *,
    max_items: int,
    group: Callable[[Request], Hashable | None] = _always,
    patience: float | None = None,
) -> Callable[[F], F]:
    """Declare a generator method as the bulk form of one endpoint.

    Requests to `method path` that wait at the same time are handed to it, at most `max_items` at once.

    Args:
        method: of the single endpoint, as the adapter's operations write it.
        path: of the single endpoint, likewise.
        max_items: the vendor's maximum.
        group: requests fold together only where this is equal; None keeps one out of every fold.
        patience: seconds a background job of the whole fold is waited for; None: as long as any job usually is.
    """

    def declare(fold: F) -> F:
        _be_plain(fold)
        declared = BulkEndpoint(f"{method} {path}", max_items, group, fold, patience)
        fold.__fold__ = declared  # type: ignore[attr-defined]  # as above
        return fold

    return declare


class HTTPProvider:
    """Base of every vendor that is asked over HTTP: facts in `info`, operations as generator methods.

    An operation is a generator. It does no I/O: each `yield Request(...)` passes a request to the engine, which signs
    it, keeps the limits, sends it, retries it, and resumes the generator with the `Reply`. `yield Wait(...)` waits for
    background work. What the generator returns is the answer: a `Hit`, or a `Miss` where the vendor does not know.

        @operation("find_email", needs=[("full_name", "company_domain")], credits=1)
        def find_email(self, query):
            reply = yield Request("GET", "/email", params=query.pick(name="full_name", domain="company_domain"))
            return Hit(email=reply.get("email")) if reply.get("email") else Miss()

    A reply with a status that the request does not expect never reaches the generator: it becomes a typed error. So
    does whatever a generator raises. It keeps no state outside itself: the same replies give the same requests.

    Class attributes:
        info: the facts.
        errors: HTTP status -> ErrorCode, where it differs from the usual meaning.
        words: (path, word) -> ErrorCode: what a word in a reply means, whatever the status.
        account: the request that reads what the account has left, for `quota`; None: the vendor documents none.
        free_call: a request that costs nothing and shows whether the credentials are good, for `check`.
        webhook_job: path of the job's id in a webhook's body.

    Attributes:
        webhook_url: where the host wants results delivered, or None; pass it on where the vendor offers that.
        settings: the public fields of the credentials (an account id), never a secret.
    """

    info: ClassVar[ProviderInfo]
    errors: ClassVar[Mapping[int, ErrorCode]] = {}
    words: ClassVar[Mapping[tuple[str, Any], ErrorCode]] = {}
    account: ClassVar[AccountEndpoint | None] = None
    free_call: ClassVar[Request | None] = None
    webhook_job: ClassVar[str] = ""
    features: ClassVar[Mapping[str, Feature]] = {}
    methods: ClassVar[Mapping[str, str]] = {}
    folds: ClassVar[Mapping[str, BulkEndpoint]] = {}

    def __init__(self, webhook_url: str | None = None, settings: Mapping[str, str] | None = None) -> None:
        self.webhook_url = webhook_url
        self.settings: Mapping[str, str] = settings or {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        features, methods, folds = dict(cls.features), dict(cls.methods), dict(cls.folds)
        info = cls.__dict__.get("info") or getattr(cls, "info", None)
        for name, member in vars(cls).items():
            if (feature := getattr(member, "__feature__", None)) is not None:
                if info is not None and not member.__own_support__ and info.support is not Support.DOCUMENTED:
                    feature = replace(feature, support=info.support)
                features[feature.operation], methods[feature.operation] = feature, name
            if (fold := getattr(member, "__fold__", None)) is not None:
                folds[fold.endpoint] = fold
        cls.features, cls.methods, cls.folds = features, methods, folds
        if info is not None and info.id:
            cls.named(info.id)

    @classmethod
    def named(cls, provider_id: str) -> type[HTTPProvider]:
        """Give the class its id: the file's name for a built-in, `info.id` for a plugin."""
        cls.info = cls.info.with_features(provider_id, list(cls.features.values()))
        cls.methods = {full_operation(provider_id, name): method for name, method in cls.methods.items()}
        cls.features = {feature.operation: feature for feature in cls.info.features}
        return cls

    def flow(self, operation: str, query: Query) -> Flow:
        """Return the generator that answers one question."""
        flow: Flow = getattr(self, self.methods[operation])(query)
        return flow

    def classify(self, reply: Reply) -> Classified:
        """Say what a reply means beyond its status; sees every reply, a 200 with an error inside included."""
        return None

    def delivered(self, body: Any, headers: Mapping[str, str]) -> list[tuple[str, Any]]:
        """Return `[(job id, body), ...]`: the jobs a webhook is about, by default the one at `webhook_job`. Pure."""
        job = dig(body, self.webhook_job) if self.webhook_job else None
        return [] if job in (None, "") else [(str(job), body)]

    def check(self) -> CheckFlow | None:
        """Return a free call that shows whether the credentials are good; None: the vendor documents none."""
        return _accepted(self.free_call) if self.free_call else None

    def quota(self) -> QuotaFlow | None:
        """Return the account look-up; None: the vendor documents none."""
        return self.account.read() if self.account else None


def _accepted(free_call: Request) -> CheckFlow:
    yield free_call
    return True
