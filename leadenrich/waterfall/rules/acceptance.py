"""Is an answer good enough? The bar, the caller's predicate, what verification said, and the catch-all policy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from leadenrich.results import Hit
from leadenrich.waterfall.caller_function import call_function
from leadenrich.waterfall.rules.record_state import Checked
from leadenrich.waterfall.stats.attempt_log import ACCEPTED, BELOW, CATCH_ALL, WRONG

CatchAll = Literal["keep", "reject", "agree"]
"""What to do with an address whose domain accepts every address; see `Waterfall`."""

ADDRESSES = frozenset({"email", "personal_email", "mobile_phone", "phone"})
"""Values that can be right in form and still not reach the person: the ones that verifiers know about."""

PHONES = frozenset({"mobile_phone", "phone"})

REFUTED = frozenset({"invalid", "spamtrap", "abuse", "disposable", "disconnected", "inactive"})
"""Statuses that make an address worthless, whatever the score beside them."""

VERDICTS = frozenset({"email_status", "phone_status"})
"""What verifiers are asked for; "unknown" there is no answer."""

RISKY, AGREED, UNVERIFIED = "risky", "agreed", "unverified"


@dataclass(slots=True)
class Verdict:
    """What happens to one value.

    Attributes:
        good: it is accepted. state: how it left the record (`Attempt.state`). reason: why it is not accepted.
        value: a digest of which value it is about (see `Attempt`). catch_all: its domain accepts every address.
        keep: if nothing better comes, it is shown as the best so far. ends: no further finder is asked.
    """

    good: bool
    state: str
    confidence: float | None
    source: str | None
    reason: str | None = None
    keep: bool = True
    ends: bool = False
    flags: tuple[str, ...] = ()
    by: str | None = None
    value: int | None = None
    catch_all: bool = False


class Acceptance:
    """The rules of one waterfall.

    Args:
        threshold: the least confidence (0-100), or None. predicate: called with the hit; falsy rejects.
            catch_all: the policy.
    """

    __slots__ = ("catch_all", "predicate", "threshold")

    def __init__(
        self, threshold: float | None, predicate: Callable[[Hit], Any] | None, catch_all: CatchAll = "keep"
    ) -> None:
        self.threshold, self.predicate, self.catch_all = threshold, predicate, catch_all

    def reaches(self, confidence: float | None) -> bool:
        """Return whether a confidence reaches the bar."""
        return self.threshold is None or (confidence or 0) >= self.threshold

    def judge(
        self,
        field: str,
        value: Any,
        hit: Hit,
        *,
        checked: Checked | None = None,
        finders: Sequence[str] = (),
        inferred: bool = False,
    ) -> Verdict:
        """Return what happens to a value.

        Args:
            field: whose value it is.
            value: which value.
            hit: the answer it came in.
            checked: what verification said, if there is any.
            finders: the independent providers that gave this same value, this one included.
            inferred: proposed, not found: only a verification can make it good.
        """
        case = Case.of(field, value, hit, checked, finders, inferred)
        verdict = case.unjudged()
        for rule in RULES:
            if rule(self, case, verdict):
                break
        if inferred and not (checked is not None and checked.ok and verdict.good):
            verdict.good, verdict.keep = False, False
            verdict.state = BELOW if verdict.state == ACCEPTED else verdict.state
            verdict.reason = verdict.reason or "an inferred address needs a verification"
        return verdict

    def short_of(self, verdict: Verdict) -> str:
        """Return how a confidence stands below the bar."""
        known = "unknown" if verdict.confidence is None else f"{verdict.confidence:g}"
        return f"confidence {known} is below {self.threshold:g}"

    def refused(self, hit: Hit) -> str | None:
        """Return why the caller's predicate refuses an answer, or None."""
        if self.predicate is None:
            return None
        said, why = call_function(self.predicate, hit)
        if why is not None:
            return f"`accept` {why}"
        return None if said else "`accept` refused it"


@dataclass(slots=True)
class Case:
    """A value to be judged, and all that is known of it.

    Attributes:
        status: of the address, the verifier's word before the finder's. on_dnc: a do-not-call list has the number.
        said: what the provider said of this value alone. The others are `judge`'s arguments.
    """

    field: str
    value: Any
    hit: Hit
    checked: Checked | None
    finders: Sequence[str]
    inferred: bool
    status: str | None
    on_dnc: bool
    said: Any

    @classmethod
    def of(
        cls, field: str, value: Any, hit: Hit, checked: Checked | None, finders: Sequence[str], inferred: bool
    ) -> Case:
        """Return the case of one value of an answer."""
        status = hit.data.get("email_status") if field == "email" else None
        on_dnc = field in PHONES and hit.data.get("on_dnc") is True
        if checked is not None and not checked.unavailable:
            status = checked.status or status
            on_dnc = on_dnc or checked.data.get("on_dnc") is True
        return cls(field, value, hit, checked, finders, inferred, status, on_dnc, hit.each.get(field))

    def unjudged(self) -> Verdict:
        """Return the verdict as it stands before any rule: good, as sure as the verifier or the provider is."""
        said, checked, hit = self.said, self.checked, self.hit
        sure = hit.confidence if said is None or said.confidence is None else said.confidence
        verdict = Verdict(True, ACCEPTED, sure, hit.confidence_source)
        if checked is not None and not checked.unavailable:
            verdict.by = checked.by
            if checked.confidence is not None:
                verdict.confidence, verdict.source = checked.confidence, "verified"
        return verdict


# ---- the rules: each returns whether it decides


def _do_not_call(bar: Acceptance, case: Case, verdict: Verdict) -> bool:
    return case.on_dnc and rejected(verdict, WRONG, "on a do-not-call list")


def _refuted(bar: Acceptance, case: Case, verdict: Verdict) -> bool:
    checked = case.checked
    if (checked is None or checked.ok is not False) and case.status not in REFUTED:
        return False
    by = checked.by if checked is not None and checked.by else "the provider itself"
    return rejected(verdict, WRONG, f"{by} says {case.status or 'it is wrong'}")


def _no_verdict(bar: Acceptance, case: Case, verdict: Verdict) -> bool:
    return case.field in VERDICTS and case.value == "unknown" and held_back(verdict, "it does not know")


def _catch_all(bar: Acceptance, case: Case, verdict: Verdict) -> bool:
    """Decide by the policy: "reject" and "agree" end it; under "keep" the value goes on, flagged."""
    if case.status != "accept_all":
        return False
    verdict.catch_all = True
    why = "its domain accepts every address"
    if bar.catch_all == "reject":
        verdict.ends = True
        return rejected(verdict, CATCH_ALL, why)
    if case.inferred:
        return rejected(verdict, CATCH_ALL, f"{why}, so a guess cannot be verified")
    verdict.flags = (RISKY,)
    if bar.catch_all == "keep":
        return False
    if len(set(case.finders)) >= 2:
        verdict.flags = (RISKY, AGREED)
        return True
    return held_back(verdict, f"{why}, and no second finder agrees yet", CATCH_ALL)


def _catch_all_below_the_bar(bar: Acceptance, case: Case, verdict: Verdict) -> bool:
    """End it where the verifier says the same of every address there: no other finder can reach the bar."""
    if not verdict.catch_all or verdict.source != "verified" or bar.reaches(verdict.confidence):
        return False
    verdict.ends = True
    return held_back(verdict, f"its domain accepts every address: {bar.short_of(verdict)}", CATCH_ALL)


def _no_verifier(bar: Acceptance, case: Case, verdict: Verdict) -> bool:
    if case.checked is None or not case.checked.unavailable:
        return False
    verdict.ends, verdict.flags = True, (*verdict.flags, UNVERIFIED)
    return held_back(verdict, f"no verifier could say: {case.checked.reason}")


def _verifier_in_doubt(bar: Acceptance, case: Case, verdict: Verdict) -> bool:
    if case.checked is None or case.checked.ok is not None or bar.threshold is not None:
        return False
    return held_back(verdict, case.checked.reason or "verification could not tell")


def _refused_by_caller(bar: Acceptance, case: Case, verdict: Verdict) -> bool:
    why = bar.refused(case.hit)
    return why is not None and rejected(verdict, WRONG, why)


def _doubted_by_provider(bar: Acceptance, case: Case, verdict: Verdict) -> bool:
    return case.said is not None and case.said.held is not None and held_back(verdict, case.said.held)


def _below_the_bar(bar: Acceptance, case: Case, verdict: Verdict) -> bool:
    return not bar.reaches(verdict.confidence) and held_back(verdict, bar.short_of(verdict))


RULES: tuple[Callable[[Acceptance, Case, Verdict], bool], ...] = (
    _do_not_call,
    _refuted,
    _no_verdict,
    _catch_all,
    _catch_all_below_the_bar,
    _no_verifier,
    _verifier_in_doubt,
    _refused_by_caller,
    _doubted_by_provider,
    _below_the_bar,
)
"""In this order; the first that decides is the last that is asked."""


def rejected(verdict: Verdict, state: str, reason: str) -> Literal[True]:
    """Turn the verdict against the value: it is not shown."""
    verdict.good, verdict.state, verdict.reason, verdict.keep = False, state, reason, False
    return True


def held_back(verdict: Verdict, reason: str, state: str = BELOW) -> Literal[True]:
    """Say that the value is not good enough: it is shown where nothing better comes."""
    verdict.good, verdict.state, verdict.reason = False, state, reason
    return True
