"""What comes back: Hit and Miss from one question, Value, Attempt, Cost and EnrichedRecord from a waterfall."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from typing import TYPE_CHECKING, Any, Literal, SupportsIndex, Unpack, overload

from leadenrich.errors import called, nearest
from leadenrich.markup.rows import answer_html, row_html, rows_html
from leadenrich.vocabulary import FIELDS, QUERY_WORDS, Fields

Credits = int | float | str | Decimal | Mapping[str, Any]
"""A number of credits, or `{pool: number}` where a vendor has several purses."""


def to_json(value: Any) -> Any:
    """Return a value as JSON's own types, for `json.dumps`.

    A Decimal becomes the number that reads back as the same amount, text where there is none; dates are ISO 8601, sets
    are sorted lists, keys are text, NaN and infinity None, and whatever else there is becomes text.
    """
    if value is None or type(value) is str or type(value) is bool or type(value) is int:
        return value
    if isinstance(value, Enum):
        return to_json(value.value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, str | int):
        return value
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, Mapping):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_json(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted((to_json(item) for item in value), key=str)
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _number(amount: Decimal) -> int | float | str | None:
    if not amount.is_finite():
        return None
    if abs(amount.adjusted()) > 18:  # beyond any real amount; an int of a million digits is no number to hand on
        return str(amount)
    if amount == amount.to_integral_value():
        return int(amount)
    number = float(amount)
    return number if Decimal(repr(number)) == amount else str(amount)


def to_credits(value: Credits | None) -> dict[str, Decimal]:
    """Return `{pool: Decimal}`; the one purse of a vendor that has only one is called ""."""
    if value is None:
        return {}
    if isinstance(value, Mapping):
        return {pool: amount for pool, number in value.items() if (amount := Decimal(str(number)))}
    amount = Decimal(str(value))
    return {"": amount} if amount else {}


def counts_tokens(pool: str) -> bool:
    """Return whether a pool counts tokens of a language model ("gpt-5.4-mini:output_tokens"), not credits."""
    return ":" in pool


MOST_CREDITS = Decimal(10) ** 9
"""A larger number in a reply is no number of credits."""


def claimed_credits(value: Credits) -> dict[str, Decimal] | None:
    """Return what a reply says it took, as `{pool: Decimal}`; None where that cannot be read.

    A reply is not trusted: what is no finite number of at least 0 (NaN, Infinity, -1, "1,000", "", true) is unknown,
    and an unknown charge is booked as uncertain at the operation's declared maximum.
    """
    stated = value if isinstance(value, Mapping) else {"": value}
    found: dict[str, Decimal] = {}
    for pool, number in stated.items():
        if isinstance(number, bool) or not isinstance(number, int | float | str | Decimal):
            return None
        try:
            amount = Decimal(str(number))
        except ArithmeticError:
            return None
        if not amount.is_finite() or not 0 <= amount <= MOST_CREDITS:
            return None
        if amount:
            found[pool] = amount
    return found


@dataclass(frozen=True, slots=True)
class Cost:
    """Money and credits, exact.

    Attributes:
        usd: US dollars at the caller's or the list price; None where a price is unknown and credits were spent.
        credits: `{"hunter": n, "surfe.mobile": n}`, tokens of language models among them; `tokens` and `plain_credits`
            have them apart. calls: paid HTTP calls sent.
        uncertain_usd, uncertain_credits: the part that may or may not have been charged (a call that never answered).
    """

    usd: Decimal | None = Decimal(0)
    credits: Mapping[str, Decimal] = field(default_factory=dict)
    calls: int = 0
    uncertain_usd: Decimal | None = Decimal(0)
    uncertain_credits: Mapping[str, Decimal] = field(default_factory=dict)

    def __add__(self, other: Cost) -> Cost:
        if not isinstance(other, Cost):
            return NotImplemented
        if self is NO_COST or other is NO_COST:
            return other if self is NO_COST else self
        usd, unsure = self.usd, self.uncertain_usd
        return Cost(
            None if usd is None or other.usd is None else usd + other.usd,
            _merge(self.credits, other.credits) if other.credits else self.credits,
            self.calls + other.calls,
            None if unsure is None or other.uncertain_usd is None else unsure + other.uncertain_usd,
            _merge(self.uncertain_credits, other.uncertain_credits)
            if other.uncertain_credits
            else self.uncertain_credits,
        )

    @property
    def tokens(self) -> dict[str, Decimal]:
        """Return the part of `credits` that is tokens: `{"openai.gpt-5.4-mini:output_tokens": n}`."""
        return {pool: amount for pool, amount in self.credits.items() if counts_tokens(pool)}

    @property
    def plain_credits(self) -> dict[str, Decimal]:
        """Return `credits` without the tokens of language models."""
        return {pool: amount for pool, amount in self.credits.items() if not counts_tokens(pool)}

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON's own types."""
        return {each.name: to_json(getattr(self, each.name)) for each in fields(self)}

    def __bool__(self) -> bool:
        return bool(self.usd or self.credits or self.uncertain_credits or self.uncertain_usd)

    def __str__(self) -> str:
        credits = ", ".join(f"{amount.normalize():f} {purse}" for purse, amount in self.credits.items())
        usd = "unknown USD" if self.usd is None else f"${self.usd:f}"
        text = f"{usd} ({credits} credits)" if credits else usd
        unsure = ", ".join(f"{amount.normalize():f} {purse}" for purse, amount in self.uncertain_credits.items())
        return f"{text}, perhaps also {unsure}" if unsure else text


NO_COST = Cost()
"""Nothing spent."""


def _merge(a: Mapping[str, Decimal], b: Mapping[str, Decimal]) -> Mapping[str, Decimal]:
    if not a:
        return b
    total = dict(a)
    for pool, amount in b.items():
        total[pool] = total[pool] + amount if pool in total else amount
    return total


@dataclass(frozen=True, slots=True)
class Said:
    """What an answer says of one of its fields.

    Attributes:
        confidence: 0-100, or None where the answer's own counts. citations: the pages it is based on, `url`, `title`
            and `quote` each. held: why it is not good enough yet, or None.
    """

    confidence: float | None = None
    citations: tuple[Mapping[str, str], ...] = ()
    held: str | None = None


class Hit:
    """An answer.

    `Hit(email="...", confidence=97)`, or `Hit(mapping, credits=8)`; a misspelt keyword is a type error for mypy.

    Attributes:
        data: `{canonical field: value}`, each in its one form once it has left the session.
        confidence: 0-100, or None before the engine has filled it in; `confidence_source` says where it is from:
            "vendor", "email_status" or "default".
        credits: what this answer cost, in all purses together; `pools` has them apart.
        cost: the same with USD. raw: the vendor's reply, on `session.call` only.
        provider, operation, observed_at: who said it, asked what, and when.
        cached: whether it was an answer already paid for.
        each: what is said of single fields, where their confidence or sources differ.
        claim: what the reply says it took, by purse; None where it says nothing, or nothing readable (`claim_unread`).
        record: which record of the vendor's it is about ("company:17"), where the vendor charges a record once whatever
            is asked about it; None: each answer is charged by itself.
    """

    __slots__ = (
        "cached",
        "claim",
        "claim_unread",
        "confidence",
        "confidence_source",
        "cost",
        "data",
        "each",
        "notes",
        "observed_at",
        "operation",
        "provider",
        "raw",
        "record",
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        /,
        *,
        credits: Credits | None = None,
        record: str | None = None,
        **fields: Unpack[Fields],
    ) -> None:
        found: dict[str, Any] = {**data, **fields} if data else dict(fields)
        confidence = found.pop("confidence", None)
        self.data: dict[str, Any] = {k: v for k, v in found.items() if v is not None and v != "" and v != []}
        self.confidence: float | None = confidence
        self.confidence_source: str | None = None
        self.claim: dict[str, Decimal] | None = None if credits is None else claimed_credits(credits)
        self.claim_unread = credits is not None and self.claim is None
        self.cost: Cost = NO_COST
        self.raw: Any = None
        self.provider: str | None = None
        self.operation: str | None = None
        self.observed_at: datetime | None = None
        self.cached: bool = False
        self.notes: dict[str, str] = {}
        self.each: Mapping[str, Said] = {}
        self.record = record

    @property
    def credits(self) -> Decimal:
        """Return the credits this answer cost, all purses together."""
        if self.provider is not None:
            return sum(self.cost.credits.values(), Decimal(0))
        return sum((self.claim or {}).values(), Decimal(0))

    @property
    def pools(self) -> Mapping[str, Decimal]:
        """Return the credits by purse."""
        return self.cost.credits if self.provider is not None else (self.claim or {})

    def get(self, field: str, default: Any = None) -> Any:
        """Return one field's value."""
        return self.data.get(field, default)

    def __getitem__(self, field: str) -> Any:
        return self.data[field]

    def __contains__(self, field: object) -> bool:
        return field in self.data

    def __iter__(self) -> Iterator[str]:
        return iter(self.data)

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Hit) and (self.data, self.confidence) == (other.data, other.confidence)

    __hash__ = None  # type: ignore[assignment]  # it holds a dict

    def __repr__(self) -> str:
        return f"<Hit {', '.join(sorted(self.data))}>"  # names, never values (G13)

    def _repr_html_(self) -> str:
        """Return the answer as a table for a notebook: values, source, confidence."""
        return answer_html(self)


class Miss:
    """No answer, and that is a value (G10): the vendor does not know. Falsy."""

    __slots__ = (
        "cached",
        "claim",
        "claim_unread",
        "cost",
        "observed_at",
        "operation",
        "provider",
        "raw",
        "reason",
        "record",
    )

    def __init__(self, reason: str | None = None, *, credits: Credits | None = None, record: str | None = None) -> None:
        self.reason, self.record = reason, record
        self.claim: dict[str, Decimal] | None = None if credits is None else claimed_credits(credits)
        self.claim_unread = credits is not None and self.claim is None
        self.cost: Cost = NO_COST
        self.raw: Any = None
        self.provider: str | None = None
        self.operation: str | None = None
        self.observed_at: datetime | None = None
        self.cached: bool = False

    @property
    def data(self) -> dict[str, Any]:
        """Return nothing."""
        return {}

    @property
    def credits(self) -> Decimal:
        """Return the credits this answer cost, all purses together."""
        if self.provider is not None:
            return sum(self.cost.credits.values(), Decimal(0))
        return sum((self.claim or {}).values(), Decimal(0))

    def get(self, field: str, default: Any = None) -> Any:
        """Return the default."""
        return default

    def __contains__(self, field: object) -> bool:
        return False

    def __bool__(self) -> bool:
        return False

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Miss)

    __hash__ = None  # type: ignore[assignment]  # as Hit

    def __repr__(self) -> str:
        return "<Miss>"

    def _repr_html_(self) -> str:
        """Return the answer for a notebook."""
        return answer_html(self)


@dataclass(frozen=True, slots=True)
class Value:
    """One value with its source (G11).

    Attributes:
        value: in its one form. provider: who said it ("input" for what the record brought).
        confidence: 0-100; confidence_source: "vendor", "email_status", "default", "verified" or "input".
        observed_at: when. cost: what the call that brought it cost. operation: what was asked.
        flags: "inferred", "risky", "sandbox", ... verified_by: who confirmed it.
        citations: the pages it is based on, as mappings of `url`, `title` and `quote`, where the answer named any.
    """

    value: Any = field(repr=False)
    provider: str
    confidence: float | None = None
    observed_at: datetime | None = None
    cost: Cost = NO_COST
    operation: str | None = None
    confidence_source: str | None = None
    flags: tuple[str, ...] = ()
    verified_by: str | None = None
    citations: tuple[Mapping[str, str], ...] = ()


class StopReason(StrEnum):
    """Why a record stopped, or why one step was not asked or failed: a stable word beside the sentence.

    `stop_reason.retryable` says whether asking again later may end differently.
    """

    FOUND = "found"
    """Everything wanted was found."""
    ALREADY_FILLED = "already_filled"
    """The record brought what is wanted."""
    EXHAUSTED = "exhausted"
    """Every step that could be asked was asked."""
    MAX_PROVIDERS = "max_providers"
    """As many providers as `max_providers` allows were asked."""
    NOT_WORTH_COST = "not_worth_cost"
    """What is left is expected to cost more than `value`, or the order policy chose to stop."""
    CATCH_ALL = "catch_all"
    """The domain accepts every address, and `catch_all` is "reject"."""
    UNVERIFIED = "unverified"
    """A value was found, and no verifier could be asked about it."""
    SUPPRESSED = "suppressed"
    """The person or company is on the suppression list."""
    FILTERED = "filtered"
    """The `where` of the step or of the waterfall does not hold."""
    MISSING_INPUT = "missing_input"
    """The record lacks a field that the step needs."""
    NOT_NEEDED = "not_needed"
    """The step gives nothing that is still wanted."""
    NOT_ALLOWED = "not_allowed"
    """The session's `allow` excludes the provider."""
    QUESTION_REFUSED = "question_refused"
    """The vendor refused this very question as ill-formed; it would do so again."""
    INVALID_RECORD = "invalid_record"
    """The record cannot be read."""
    NO_CREDENTIALS = "no_credentials"
    """Retryable: there is no key for the provider."""
    CREDENTIALS_REFUSED = "credentials_refused"
    """Retryable: the vendor refused the key."""
    NO_CREDITS = "no_credits"
    """Retryable: the vendor's account is empty."""
    BENCHED = "benched"
    """Retryable: the vendor refused the key or had no credits earlier in this session, so it was not asked."""
    RESTING = "resting"
    """Retryable: the vendor failed repeatedly and is left alone for a while."""
    BUSY = "busy"
    """Retryable: the vendor's limit has no room within `max_wait`."""
    RATE_LIMITED = "rate_limited"
    """Retryable: the vendor asked to slow down, until the retries were used up."""
    TIMED_OUT = "timed_out"
    """Retryable: the vendor did not answer in time."""
    PROVIDER_FAILED = "provider_failed"
    """Retryable: the vendor failed in another way."""
    BUDGET = "budget"
    """Retryable: the budget has no room for the call, or is too small to reach this step."""
    RECORD_TIMEOUT = "record_timeout"
    """Retryable: `record_timeout` ended the record."""
    DECLINED = "declined"
    """Retryable: `approve` declined the plan after the pilot."""
    INTERRUPTED = "interrupted"
    """Retryable: the work on the record was cancelled."""
    INTERNAL_ERROR = "internal_error"
    """Retryable: a defect of the library, a plugin or a function of the caller's; the log has the place."""

    @property
    def retryable(self) -> bool:
        """Return whether asking again later may end differently."""
        return self in _RETRYABLE


_RETRYABLE = frozenset(
    {
        StopReason.NO_CREDENTIALS,
        StopReason.CREDENTIALS_REFUSED,
        StopReason.NO_CREDITS,
        StopReason.BENCHED,
        StopReason.RESTING,
        StopReason.BUSY,
        StopReason.RATE_LIMITED,
        StopReason.TIMED_OUT,
        StopReason.PROVIDER_FAILED,
        StopReason.BUDGET,
        StopReason.RECORD_TIMEOUT,
        StopReason.DECLINED,
        StopReason.INTERRUPTED,
        StopReason.INTERNAL_ERROR,
    }
)


Outcome = Literal["hit", "miss", "rejected", "error", "skipped"]
"""What happened to asking (or not asking) one provider."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One provider in one record's story: asked or not, why, and what it cost.

    Attributes:
        outcome: hit, miss, rejected (an answer that was not accepted), error or skipped (not asked).
        reason: why it was skipped, rejected or failed; never a personal value.
        fields: the names of what it brought. latency: seconds from the first byte sent, None where nothing was sent.
        cached: answered from what was already paid. job_id: a paid background job that was not waited out.
        stop_reason: why it was not asked or failed, as one word; None where it answered.
        value: 16 bits of a digest of the value it gave, or verified: they tell whether two attempts of one record are
            about the same value, and nothing else. catch_all: that address' domain accepts every address.
    """

    provider: str
    operation: str
    outcome: Outcome
    reason: str | None = None
    cost: Cost = NO_COST
    fields: tuple[str, ...] = ()
    confidence: float | None = None
    latency: float | None = None
    cached: bool = False
    error: str | None = None
    job_id: str | None = None
    state: str | None = None
    stop_reason: StopReason | None = None
    value: int | None = None
    catch_all: bool = False

    def judged(
        self, outcome: Outcome, reason: str | None, state: str | None, value: int | None = None, catch_all: bool = False
    ) -> Attempt:
        """Return the same attempt with what became of its answer: one a question, and `dataclasses.replace` is slow."""
        return Attempt(
            self.provider,
            self.operation,
            outcome,
            reason,
            self.cost,
            self.fields,
            self.confidence,
            self.latency,
            self.cached,
            self.error,
            self.job_id,
            state,
            self.stop_reason,
            value,
            catch_all,
        )

    @property
    def asked(self) -> bool:
        """Return whether the provider was asked at all."""
        return self.outcome != "skipped"

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON's own types."""
        told = {each.name: to_json(getattr(self, each.name)) for each in fields(self) if each.name != "cost"}
        return {**told, "cost": self.cost.to_dict()}


Status = Literal["complete", "partial", "not_found", "failed", "skipped", "invalid"]
"""How a record ended: all that was wanted, some of it or below the bar, nothing known, vendors failed,
no provider could be asked, not a usable record."""


class EnrichedRecord:
    """One lead out: what came in, what was found, by whom, at what cost, and why not more.

    `row["email"]` is None for a known word that was not found, KeyError (with the nearest name) for an unknown one.

    Attributes:
        record: the input. data: input and found fields merged. values: found field -> `Value`.
        alternatives: field -> conflicting `Value`s that were not chosen.
        status: complete, partial, not_found, failed, skipped or invalid; reason: the why, in a sentence;
            stop_reason: the same as one word, None while the record is under way.
        retryable: whether asking again may give another answer: a provider failed, was resting, had no key or no
            credits, was out of budget or over a time limit. retry_reason: who and why, None where it is not retryable.
        attempts: every provider in its story. cost: their sum. key: the caller's or a derived key. index: position.
        problems: what cleaning found wrong in the input.
    """

    __slots__ = (
        "__weakref__",
        "alternatives",
        "attempts",
        "cost",
        "data",
        "index",
        "key",
        "parent_key",
        "problems",
        "reason",
        "record",
        "retry_reason",
        "status",
        "stop_reason",
        "values",
    )

    def __init__(
        self,
        record: Any,
        *,
        key: str | None = None,
        index: int = 0,
        data: dict[str, Any] | None = None,
        status: Status = "not_found",
        reason: str | None = None,
    ) -> None:
        self.record = record
        self.key = key if key is not None else str(index)
        self.index = index
        self.parent_key: str | None = None
        self.data: dict[str, Any] = data if data is not None else {}
        self.values: dict[str, Value] = {}
        self.alternatives: dict[str, list[Value]] = {}
        self.status: Status = status
        self.reason = reason
        self.stop_reason: StopReason | None = None
        self.retry_reason: str | None = None
        self.attempts: list[Attempt] = []
        self.cost: Cost = NO_COST
        self.problems: list[Any] = []

    def __getitem__(self, field: str) -> Any:
        if field in self.data:
            return self.data[field]
        if field in QUERY_WORDS:
            return None
        raise KeyError(f"no field {field!r}{nearest(field, FIELDS | set(map(str, self.data)))}")

    if not TYPE_CHECKING:  # a type checker knows the attributes there are

        def __getattr__(self, name: str) -> Any:
            hint = f"; a field is row[{name!r}]" if name in FIELDS or name in QUERY_WORDS else ""
            raise AttributeError(f"a row has no attribute {name!r}{hint}")

    __iter__ = None
    """A row is no sequence and no mapping; `to_dict()` gives one."""

    def get(self, field: str, default: Any = None) -> Any:
        """Return a field's value, or the default where it was not found."""
        value = self.data.get(field)
        return default if value is None else value

    def __contains__(self, field: object) -> bool:
        return self.data.get(field) is not None if isinstance(field, str) else False

    @property
    def retryable(self) -> bool:
        """Return whether asking again later may find more: `retry_reason` says why."""
        return self.retry_reason is not None

    def to_dict(self, *, provenance: bool = False) -> dict[str, Any]:
        """Return the merged fields as plain data, ready for JSON: dates as ISO 8601, decimals as numbers.

        Args:
            provenance: add `<field>_source`, `_confidence` and `_cost` for each found field, and the row's `status`,
                `stop_reason`, `retryable` and `retry_reason`.
            provenance: add `<field>_source`, `<field>_confidence`, `<field>_cost` (USD), `<field>_citations` where an
                answer named any, and the status.
        """
        out: dict[str, Any] = {str(name): to_json(value) for name, value in self.data.items()}
        if provenance:
            for name, value in self.values.items():
                out[f"{name}_source"] = value.provider
                out[f"{name}_confidence"] = to_json(value.confidence)
                out[f"{name}_cost"] = to_json(value.cost.usd)
                if value.citations:
                    out[f"{name}_citations"] = to_json(value.citations)
            out["status"] = self.status
            out["stop_reason"] = to_json(self.stop_reason)
            out["retryable"], out["retry_reason"] = self.retryable, self.retry_reason
        return out

    def explain(self) -> str:
        """Tell this record's story in a few lines, with field names and providers, no values."""
        lines = [f"record {self.key}: {self.status}" + (f" ({self.reason})" if self.reason else "")]
        for name, value in self.values.items():
            sure = "" if value.confidence is None else f", confidence {value.confidence:g} ({value.confidence_source})"
            lines.append(f"  {name} from {value.provider}{sure}")
        for attempt in self.attempts:
            detail = f": {attempt.reason}" if attempt.reason else ""
            paid = f" [{attempt.cost}]" if attempt.cost else (" [already paid]" if attempt.cached else "")
            lines.append(f"  {called(attempt.provider, attempt.operation)} {attempt.outcome}{detail}{paid}")
        for problem in self.problems:
            lines.append(f"  input: {problem}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<EnrichedRecord {self.status}, found {', '.join(self.values) or 'nothing'}>"

    def _repr_html_(self) -> str:
        """Return the row as a table for a notebook: each value with source, confidence and cost."""
        return row_html(self)


class Rows(list[EnrichedRecord]):
    """Finished rows: a list that a notebook shows as a table, each value with its source, confidence and cost.

    Attributes:
        summary: how the run went that made them, as `Stream.summary`; None for a part of them.
    """

    summary: Any = None

    @overload
    def __getitem__(self, at: SupportsIndex) -> EnrichedRecord: ...
    @overload
    def __getitem__(self, at: slice) -> Rows: ...
    def __getitem__(self, at: Any) -> Any:
        found = super().__getitem__(at)
        return Rows(found) if isinstance(at, slice) else found

    def _repr_html_(self) -> str:
        """Return the rows as a table for a notebook."""
        return rows_html(self)


def sources(row: EnrichedRecord) -> list[dict[str, Any]]:
    """Return where each value of a row came from, for a person who asks (GDPR Art. 14 and 15).

    Returns:
        One dict a value: field, provider, operation, observed_at (ISO 8601), confidence, and what was passed over.
    """
    listed = []
    for name, value in row.values.items():
        for chosen, one in ((True, value), *((False, other) for other in row.alternatives.get(name, ()))):
            listed.append(
                {
                    "field": name,
                    "provider": one.provider,
                    "operation": one.operation,
                    "observed_at": one.observed_at.isoformat() if one.observed_at else None,
                    "confidence": one.confidence,
                    "chosen": chosen,
                }
            )
    return listed
