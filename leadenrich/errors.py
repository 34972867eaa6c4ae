"""Every error the library raises, as one tree.

    LeadEnrichError
    ├── ConfigurationError            the caller's settings contradict themselves     CONFIGURATION_INVALID
    ├── ProviderError                 one call to one vendor did not work
    │   ├── ProviderNotFoundError     no provider of that id                          PROVIDER_NOT_FOUND
    │   ├── ProviderAPIError          the vendor failed or spoke nonsense             PROVIDER_API_ERROR
    │   │   ├── ProviderTimeoutError  no answer in time
    │   │   ├── ProviderUnreachableError  no connection
    │   │   ├── InvalidReplyError     the reply is not what its documentation says
    │   │   └── ProviderBenchedError  not asked: the vendor is out for now
    │   ├── RateLimitError            slow down                                       PROVIDER_RATE_LIMIT
    │   ├── InsufficientCreditsError  the account is empty                            PROVIDER_INSUFFICIENT_CREDITS
    │   ├── AuthenticationError       the key is missing or refused                   PROVIDER_AUTHENTICATION_FAILED
    │   ├── FeatureNotSupportedError  the provider cannot do that                     FEATURE_NOT_SUPPORTED
    │   ├── FeatureParametersError    the question is not well formed                 FEATURE_PARAMETERS_INVALID
    │   ├── FeatureExecutionError     the vendor accepted, then could not             FEATURE_EXECUTION_FAILED
    │   ├── SuppressedError           the person must not be looked up                SUPPRESSED
    │   ├── BudgetExceededError       no money left for this call                     BUDGET_EXCEEDED
    │   ├── ProviderBusyError         its limit is used up for longer than `max_wait` PROVIDER_BUSY
    │   ├── PortError                 a limiter, wallet or hook of the caller's failed PORT_FAILED
    │   │   └── WalletError           (also a BudgetExceededError)
    │   └── BulkOperationError        a bulk reply does not match its questions       BULK_OPERATION_FAILED
    ├── DataError
    │   ├── InvalidValueError         a value has no canonical form                   DATA_VALIDATION_FAILED
    │   ├── DataTransformationError   a record cannot become what was asked           DATA_TRANSFORMATION_ERROR
    │   └── CsvParsingError           a file is not the table it should be            CSV_PARSING_ERROR
    ├── StorageError                  a file of the caller's cannot be written        STORAGE_FAILED
    └── WaterfallError                a waterfall is ill-defined or was stopped       WATERFALL_EXECUTION_FAILED

Policy asks the error (`error.recoverable`, `error.code`), never a list of classes.
"""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Literal


class ErrorCode(StrEnum):
    """What went wrong, in one stable word that other software may branch on."""

    PROVIDER_NOT_FOUND = "PROVIDER_NOT_FOUND"
    PROVIDER_API_ERROR = "PROVIDER_API_ERROR"
    PROVIDER_RATE_LIMIT = "PROVIDER_RATE_LIMIT"
    PROVIDER_INSUFFICIENT_CREDITS = "PROVIDER_INSUFFICIENT_CREDITS"
    PROVIDER_AUTHENTICATION_FAILED = "PROVIDER_AUTHENTICATION_FAILED"
    FEATURE_NOT_SUPPORTED = "FEATURE_NOT_SUPPORTED"
    FEATURE_PARAMETERS_INVALID = "FEATURE_PARAMETERS_INVALID"
    FEATURE_EXECUTION_FAILED = "FEATURE_EXECUTION_FAILED"
    DATA_VALIDATION_FAILED = "DATA_VALIDATION_FAILED"
    CSV_PARSING_ERROR = "CSV_PARSING_ERROR"
    DATA_TRANSFORMATION_ERROR = "DATA_TRANSFORMATION_ERROR"
    BULK_OPERATION_FAILED = "BULK_OPERATION_FAILED"
    WATERFALL_EXECUTION_FAILED = "WATERFALL_EXECUTION_FAILED"
    BUDGET_EXCEEDED = "BUDGET_EXCEEDED"
    SUPPRESSED = "SUPPRESSED"
    PROVIDER_BUSY = "PROVIDER_BUSY"
    PORT_FAILED = "PORT_FAILED"
    CONFIGURATION_INVALID = "CONFIGURATION_INVALID"
    STORAGE_FAILED = "STORAGE_FAILED"


class LeadEnrichError(Exception):
    """Base of everything raised on purpose.

    Attributes:
        code: the `ErrorCode`.
        provider: the provider's id, where one is involved.
        operation: the operation's id, where one is involved.
        status: the HTTP status of the vendor's reply, where there was one.
        request_id: the vendor's own id of the call, for their support.
        recoverable: whether asking again later may work.
        retry_after: seconds the vendor asked to wait, where it said so.
        detail: the vendor's own words, shortened, without keys or personal data.
        maybe_charged: whether the vendor may have taken its credits although no answer came.
        claim: the credits a reply said it took, by pool, before it turned out to be no use; None: it did not say.
        job_id: the vendor's id of a paid background job that was not waited out.
    """

    code: ErrorCode = ErrorCode.FEATURE_EXECUTION_FAILED
    recoverable: bool = False
    maybe_charged: bool = False
    claim: Mapping[str, Decimal] | None = None
    job_id: str | None = None

    def __init__(
        self,
        message: str,
        *,
        provider: str | None = None,
        operation: str | None = None,
        status: int | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
        recoverable: bool | None = None,
        detail: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.provider = provider
        self.operation = operation
        self.status = status
        self.request_id = request_id
        self.retry_after = retry_after
        self.detail = detail
        if recoverable is not None:
            self.recoverable = recoverable

    def __str__(self) -> str:
        """Say who, what and why in one line."""
        where = called(self.provider, self.operation)
        text = f"{where}: {self.message}" if where else self.message
        if self.status is not None:
            text += f" (HTTP {self.status})"
        return f"{text}: {self.detail}" if self.detail else text


class ConfigurationError(LeadEnrichError, ValueError):
    """Settings that contradict themselves or lack something; nothing was sent."""

    code = ErrorCode.CONFIGURATION_INVALID


class ProviderError(LeadEnrichError):
    """One question to one vendor did not get an answer.

    Attributes:
        bars: what it closes for the rest of the session: the vendor's "account", the "operation" that met it, or
            nothing (None).
    """

    code = ErrorCode.PROVIDER_API_ERROR
    bars: Literal["account", "operation"] | None = None


class ProviderNotFoundError(ProviderError, LookupError):
    """There is no provider of that id; the message names the nearest one."""

    code = ErrorCode.PROVIDER_NOT_FOUND


class ProviderAPIError(ProviderError):
    """The vendor failed, or its reply is not what its documentation says."""

    code = ErrorCode.PROVIDER_API_ERROR


class ProviderTimeoutError(ProviderAPIError, TimeoutError):
    """No answer within the attempt's or the call's time; the call may have been charged."""

    recoverable = True


class ProviderUnreachableError(ProviderAPIError, ConnectionError):
    """No connection, or it broke."""

    recoverable = True


class InvalidReplyError(ProviderAPIError):
    """HTML instead of JSON, a body too large, wrong types: nothing that can be read.

    Attributes:
        misfit: where and why a model's answer does not fit the schema it was given, without its words; else None.
    """

    misfit: str | None = None


class ProviderBenchedError(ProviderAPIError):
    """Not asked: the vendor's breaker is open, or it refused the key earlier in this session."""


class RateLimitError(ProviderError):
    """The vendor asks to slow down."""

    code = ErrorCode.PROVIDER_RATE_LIMIT
    recoverable = True


class InsufficientCreditsError(ProviderError):
    """The vendor's account has no credits left."""

    code = ErrorCode.PROVIDER_INSUFFICIENT_CREDITS
    bars = "operation"  # another may draw on another purse


class AuthenticationError(ProviderError):
    """The credentials are missing, refused or not allowed to do this."""

    code = ErrorCode.PROVIDER_AUTHENTICATION_FAILED
    bars = "account"


class FeatureNotSupportedError(ProviderError):
    """The provider has no such operation, or nothing public documents it."""

    code = ErrorCode.FEATURE_NOT_SUPPORTED


class FeatureParametersError(ProviderError, ValueError):
    """The question lacks a field, has an unknown one, or the vendor refused it as ill-formed."""

    code = ErrorCode.FEATURE_PARAMETERS_INVALID


class FeatureExecutionError(ProviderError):
    """The vendor took the question and could not finish it."""

    code = ErrorCode.FEATURE_EXECUTION_FAILED


class SuppressedError(ProviderError):
    """The person or company is on the caller's suppression list: not sent, or, where a vendor returned it, withheld."""

    code = ErrorCode.SUPPRESSED


class BudgetExceededError(ProviderError):
    """Not sent: the budget has no room for this call's declared maximum."""

    code = ErrorCode.BUDGET_EXCEEDED


class ProviderBusyError(ProviderError):
    """Not asked: the vendor's limit would keep the call waiting for longer than `max_wait`.

    `retry_after` says for how long, as far as that is known.
    """

    code = ErrorCode.PROVIDER_BUSY
    recoverable = True


class PortError(ProviderError):
    """Not asked: something the caller handed in (a limiter, a wallet, `allow`) failed, hung or answered nonsense."""

    code = ErrorCode.PORT_FAILED
    recoverable = True


class WalletError(PortError, BudgetExceededError):
    """Not asked: the shared wallet failed, so it is unknown whether there is money for it."""

    code = ErrorCode.PORT_FAILED


class BulkOperationError(ProviderError):
    """A bulk reply does not match the questions it answers; the vendor may have charged them all the same."""

    code = ErrorCode.BULK_OPERATION_FAILED


class DataError(LeadEnrichError):
    """The caller's own data cannot be read."""

    code = ErrorCode.DATA_VALIDATION_FAILED


_PERSONAL = re.compile(r"email|phone|name|linkedin|twitter|facebook|github|navigator|lead|person")
_NOT_PERSONAL = re.compile(r"company|status|column|file")


class InvalidValueError(DataError, ValueError):
    """A value has no canonical form.

    The text names field, reason and fix; a personal value is masked in it and whole in `.value` alone.
    """

    code = ErrorCode.DATA_VALIDATION_FAILED

    def __init__(self, field: str, value: object, reason: str, fix: str = "") -> None:
        self.field, self.value, self.reason, self.fix = field, value, reason, fix
        text = f"{field} {shown(field, value)} {reason}"
        super().__init__(f"{text}; {fix}" if fix else text)

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.field, self.value, self.reason, self.fix))


class DataTransformationError(DataError):
    """A record or a value cannot be turned into what was asked."""

    code = ErrorCode.DATA_TRANSFORMATION_ERROR


class CsvParsingError(DataError):
    """A file is empty, not text, or not the table it should be."""

    code = ErrorCode.CSV_PARSING_ERROR


class StorageError(LeadEnrichError, OSError):
    """A file cannot be written while it is in use: the disk is full or fails; the text names the file."""

    code = ErrorCode.STORAGE_FAILED


class WaterfallError(LeadEnrichError, ValueError):
    """A waterfall is ill-defined, or a step's failure stopped a record (`on_error="stop"`)."""

    code = ErrorCode.WATERFALL_EXECUTION_FAILED


BY_CODE: dict[ErrorCode, type[ProviderError]] = {
    ErrorCode.PROVIDER_NOT_FOUND: ProviderNotFoundError,
    ErrorCode.PROVIDER_API_ERROR: ProviderAPIError,
    ErrorCode.PROVIDER_RATE_LIMIT: RateLimitError,
    ErrorCode.PROVIDER_INSUFFICIENT_CREDITS: InsufficientCreditsError,
    ErrorCode.PROVIDER_AUTHENTICATION_FAILED: AuthenticationError,
    ErrorCode.FEATURE_NOT_SUPPORTED: FeatureNotSupportedError,
    ErrorCode.FEATURE_PARAMETERS_INVALID: FeatureParametersError,
    ErrorCode.FEATURE_EXECUTION_FAILED: FeatureExecutionError,
    ErrorCode.BUDGET_EXCEEDED: BudgetExceededError,
    ErrorCode.BULK_OPERATION_FAILED: BulkOperationError,
    ErrorCode.SUPPRESSED: SuppressedError,
    ErrorCode.PROVIDER_BUSY: ProviderBusyError,
    ErrorCode.PORT_FAILED: PortError,
}
"""Which class a vendor adapter's error code is raised as."""


def shown(field: str, value: object) -> str:
    """Return `value` as an exception text may show it: personal values masked, others quoted and shortened."""
    text = value if isinstance(value, str) else repr(value)
    if not isinstance(value, str):
        return f"({type(value).__name__})"
    if _PERSONAL.search(field) and not _NOT_PERSONAL.search(field):
        return f"'{text[:1]}…' ({len(text)} characters)"
    return repr(text if len(text) <= 60 else text[:57] + "...")


@functools.lru_cache(maxsize=4096)  # every question and every row asks for one of a few
def called(provider: str | None, operation: str | None) -> str:
    """Return what texts call an operation of a provider: "hunter.find_email", "openai.batch-generate"."""
    if provider and operation and operation.startswith(f"{provider}."):
        return operation
    return ".".join(part for part in (provider, operation) if part)


def nearest(word: object, known: Iterable[str]) -> str:
    """Return "; did you mean 'x'?" for the nearest known word, or an empty string; case and punctuation don't count."""
    if not isinstance(word, str):
        return ""
    words: dict[str, str] = {}
    for one in known:
        words.setdefault(_plain(one), one)
    found = difflib.get_close_matches(_plain(word), words, n=1, cutoff=0.5)
    return f"; did you mean {words[found[0]]!r}?" if found else ""


def _plain(word: str) -> str:
    return re.sub(r"[\W_]+", " ", word.casefold()).strip() or word
