"""A step of a waterfall: which provider, with what patience, options and condition; checked when it is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from leadenrich.contract import Charged, Feature, Support
from leadenrich.contract.query import SETTINGS, setting
from leadenrich.engine.validation import a, seconds, whole
from leadenrich.errors import FeatureNotSupportedError, FeatureParametersError, WaterfallError, called, nearest
from leadenrich.registry import registry
from leadenrich.results import StopReason
from leadenrich.vocabulary import Operation
from leadenrich.waterfall.caller_function import call_function
from leadenrich.waterfall.conditions import Condition, Where, compile_where

PATTERN_STEP = ("local", Operation.FIND_EMAIL)
"""The built-in step that proposes what a company's address pattern implies; see `patterns`."""

_PATTERN_FEATURE = Feature(
    Operation.FIND_EMAIL,
    needs=(("first_name", "last_name", "company_domain"), ("full_name", "company_domain")),
    gives=("email",),
    charged=Charged.FREE,
    summary="Propose the address that the company's pattern implies.",
)


@dataclass(frozen=True, slots=True)
class Step:
    """One provider to ask.

    Attributes:
        provider: the provider's id, or `"<provider>.<operation>"`.
        timeout: seconds for one attempt, from when its bytes are sent; None: the session's.
        retries: further attempts after a recoverable error; None: the session's.
        max_wait: seconds for which the vendor's limit may keep a question waiting before the step is passed over;
            None: the waterfall's, else the session's.
        options: further query words for this provider alone (`{"seniority": "director"}`); a function is called
            with the fields known by then and returns the word (a prompt made of the record).
        where: asked only where this holds: a function over the fields known by then, or the declarative form of
            `leadenrich.waterfall.conditions`.
        operation: what to ask this provider, where that is not the waterfall's own operation.

    Raises:
        WaterfallError: a timeout or a number of retries that makes no sense.
    """

    provider: str
    _: KW_ONLY
    timeout: float | None = None
    retries: int | None = None
    max_wait: float | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    where: Where | None = None
    operation: str | None = None

    def __post_init__(self) -> None:
        given: object = self.provider
        if not isinstance(given, str) or not given:
            raise WaterfallError(f"a step names a provider, not {given!r}")
        provider, dot, operation = self.provider.partition(".")
        if dot and self.operation is None:
            object.__setattr__(self, "provider", provider)
            object.__setattr__(self, "operation", operation)
        if self.operation is not None and not isinstance(self.operation, str):
            raise WaterfallError(f"the operation of step {self.provider!r} is text, not {a(self.operation)}")
        if not isinstance(self.options, Mapping):
            raise WaterfallError(
                f"the options of step {self.provider!r} are a mapping of query words, not {a(self.options)}"
            )
        seconds(f"the timeout of step {self.provider!r}", self.timeout, WaterfallError)
        seconds(f"max_wait of step {self.provider!r}", self.max_wait, WaterfallError)
        whole(f"retries of step {self.provider!r}", self.retries, 0, WaterfallError)


class Passed(NamedTuple):
    """Why a step is not asked: one word, and a sentence that holds no personal value."""

    reason: StopReason
    text: str


class StepState:
    """A step with its facts looked up once; what the record loop and an order policy read.

    Attributes:
        step: as given. index: its place in the list. provider, operation: who is asked what. feature: its facts.
        needs: the words it needs: those its options give left out, those its options are made of put in.
        uses: the words it can make use of. gives: the fields it may fill.
        blocked: why it cannot be asked in this session at all, or None.
        price: USD a credit by purse, filled in when bound to a session.
    """

    __slots__ = (
        "blocked",
        "condition",
        "feature",
        "gives",
        "index",
        "is_pattern",
        "max_wait",
        "needs",
        "operation",
        "options",
        "price",
        "provider",
        "retries",
        "step",
        "timeout",
        "uses",
    )

    def __init__(self, step: Step, index: int, operation: str, feature: Feature) -> None:
        self.step, self.index = step, index
        self.provider, self.operation, self.feature = step.provider, operation, feature
        self.needs, self.uses = _needs(feature, step.options), feature.words
        self.uses += tuple(word for value in step.options.values() for word in getattr(value, "uses", ()))
        self.gives = frozenset(feature.gives)
        if operation == Operation.FIND_PHONE and "phone" in self.gives:
            self.gives |= {"mobile_phone"}  # a number of a kind the vendor does not state may be one
        self.timeout, self.retries, self.max_wait = step.timeout, step.retries, step.max_wait
        self.options: dict[str, Any] = dict(step.options)
        self.condition: Condition | None = None if step.where is None else compile_where(step.where)
        self.is_pattern = feature is _PATTERN_FEATURE
        self.blocked: Passed | None = None
        self.price: Mapping[str, Decimal | None] = {}

    def __repr__(self) -> str:
        return f"<StepState {called(self.provider, self.operation)}>"

    def rebound(self) -> StepState:
        """Return a copy for one session."""
        copy = StepState.__new__(StepState)
        for name in StepState.__slots__:
            setattr(copy, name, getattr(self, name))
        return copy

    def query(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what this provider is asked: the fields known and the step's options, made where they are made.

        Raises:
            FeatureParametersError: a function that makes an option failed.
        """
        if not self.options:
            return fields
        made: dict[str, Any] = {}
        for name, value in self.options.items():
            made[name], why = call_function(value, fields) if callable(value) else (value, None)
            if why is not None:
                raise FeatureParametersError(f"the function that makes the option {name!r} {why}")
        return {**fields, **made}

    def missing(self, fields: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the words lacking from the way these fields come closest to; empty where they suffice."""
        least: tuple[str, ...] | None = None
        closeness = (-1, 0)
        for way in self.needs:
            lacking = tuple([word for word in way if fields.get(word) in (None, "")])
            if not lacking:
                return ()
            if "full_name" in lacking and fields.get("first_name") and fields.get("last_name"):
                lacking = tuple([word for word in lacking if word != "full_name"])  # put together when asked
                if not lacking:
                    return ()
            if (close := (len(way) - len(lacking), -len(lacking))) > closeness:
                least, closeness = lacking, close
        return least or ()


def _needs(feature: Feature, options: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
    """Return the ways to ask: an option gives its word, and needs what it is made of (`value.needs`)."""
    made = [word for value in options.values() for word in getattr(value, "needs", ())]
    if not options:
        return feature.needs
    ways = [[*(word for word in way if word not in options), *made] for way in feature.needs or ((),)]
    return tuple(tuple(dict.fromkeys(way)) for way in ways)


def as_step(step: object) -> Step:
    """Return a `Step` for a provider's id, a mapping of `Step`'s arguments, or a `Step`.

    Raises:
        WaterfallError: it is none of these, or has an unknown argument.
    """
    if isinstance(step, Step):
        return step
    if isinstance(step, str):
        return Step(step)
    if isinstance(step, Mapping):
        known = ("provider", "timeout", "retries", "max_wait", "options", "where", "operation")
        for name in step:
            if name not in known:
                raise WaterfallError(f"a step has no {name!r}{nearest(str(name), known)}; it has {', '.join(known)}")
        if "provider" not in step:
            raise WaterfallError("a step needs a `provider`")
        return Step(**step)
    raise WaterfallError(f"a step is a provider's id or a Step, not {type(step).__name__}")


def plain_step(step: Step) -> str | dict[str, Any]:
    """Return a step as a file holds it: the provider's id, or a mapping of what was given.

    Raises:
        WaterfallError: a function stands where a file can only hold data.
    """
    plain: dict[str, Any] = {"provider": step.provider}
    for name in ("operation", "timeout", "retries", "max_wait", "where"):
        if (given := getattr(step, name)) is not None:
            if callable(given):
                raise WaterfallError(f"`{name}` of step {step.provider!r} is a function, which no file can hold")
            plain[name] = given
    if step.options:
        plain["options"] = dict(step.options)
    return step.provider if len(plain) == 1 else plain


def check_operation(operation: str) -> str:
    """Return an operation's id once it is known to exist.

    Raises:
        FeatureNotSupportedError: no provider has it; the message names the nearest.
    """
    provider, dot, _ = operation.partition(".")
    if dot:
        return registry.check_operation(provider, operation)
    registry.plugins()  # they may add operations
    if operation not in registry.operations:
        raise FeatureNotSupportedError(
            f"no operation {operation!r}{nearest(operation, registry.operations)}", operation=operation
        )
    return str(operation)


def look_up(step: Step, index: int, operation: str) -> StepState:
    """Return a step with its facts.

    Raises:
        ProviderNotFoundError, FeatureNotSupportedError: with the nearest right name.
        WaterfallError: an option the provider's operation does not know.
    """
    wanted = step.operation or operation
    if (step.provider, wanted) == PATTERN_STEP:
        return StepState(step, index, wanted, _PATTERN_FEATURE)
    name = registry.check_operation(step.provider, wanted)
    info = registry.info(step.provider)
    feature = info.feature(name)
    if feature is None or feature.support is Support.UNDOCUMENTED:
        raise FeatureNotSupportedError(
            f"nothing public documents {name!r} of {info.title}", provider=step.provider, operation=name
        )
    for option in step.options:
        if option not in feature.words:
            raise WaterfallError(
                f"{called(step.provider, name)} has no option {option!r}{nearest(option, feature.words)}"
                f"; it knows {', '.join(feature.words)}"
            )
        if option in SETTINGS and not callable(step.options[option]):
            try:
                setting(option, step.options[option])
            except FeatureParametersError as error:
                raise WaterfallError(f"{called(step.provider, name)}: {error.message}") from None
    return StepState(step, index, name, feature)
