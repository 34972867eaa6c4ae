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
        status = hit.data.get("email_status") if field == "email" else None
        on_dnc = field in PHONES and hit.data.get("on_dnc") is True
        said = hit.each.get(field)
        sure = hit.confidence if said is None or said.confidence is None else said.confidence
        verdict = Verdict(True, ACCEPTED, sure, hit.confidence_source)
        if checked is not None and not checked.unavailable:
            status, verdict.by = checked.status or status, checked.by
            on_dnc = on_dnc or checked.data.get("on_dnc") is True
            if checked.confidence is not None:
                verdict.confidence, verdict.source = checked.confidence, "verified"
        if on_dnc:
            return rejected(verdict, WRONG, "on a do-not-call list")
        if (checked is not None and checked.ok is False) or status in REFUTED:
            by = checked.by if checked is not None and checked.by else "the provider itself"
            return rejected(verdict, WRONG, f"{by} says {status or 'it is wrong'}")
        if field in VERDICTS and value == "unknown":
            return held_back(verdict, "it does not know")
        verdict.catch_all = status == "accept_all"
        if status == "accept_all" and (ended := self._catch_all(verdict, finders, inferred)) is not None:
            return ended
        if status == "accept_all" and verdict.source == "verified" and not self.reaches(verdict.confidence):
            # the verifier says the same of every address there, so no other finder can reach the bar
            verdict.ends = True
            held_back(verdict, f"its domain accepts every address: {self._short_of(verdict)}")
            verdict.state = CATCH_ALL
            return verdict
        if checked is not None and checked.unavailable:
            verdict.ends, verdict.flags = True, (*verdict.flags, UNVERIFIED)
            held_back(verdict, f"no verifier could say: {checked.reason}")
        elif checked is not None and checked.ok is None and self.threshold is None:
            held_back(verdict, checked.reason or "verification could not tell")
        elif (why := self._refused(hit)) is not None:
            return rejected(verdict, WRONG, why)
        elif said is not None and said.held is not None:
            held_back(verdict, said.held)
        elif not self.reaches(verdict.confidence):
            held_back(verdict, self._short_of(verdict))
        if inferred and not (checked is not None and checked.ok and verdict.good):
            verdict.good, verdict.keep = False, False
            verdict.state = BELOW if verdict.state == ACCEPTED else verdict.state
            verdict.reason = verdict.reason or "an inferred address needs a verification"
        return verdict

    def _catch_all(self, verdict: Verdict, finders: Sequence[str], inferred: bool) -> Verdict | None:
        """Return the end of it under "reject" and "agree"; under "keep" the value goes on, flagged."""
        why = "its domain accepts every address"
        if self.catch_all == "reject":
            verdict.ends = True
            return rejected(verdict, CATCH_ALL, why)
        if inferred:
            return rejected(verdict, CATCH_ALL, f"{why}, so a guess cannot be verified")
        verdict.flags = (RISKY,)
        if self.catch_all == "keep":
            return None
        if len(set(finders)) >= 2:
            verdict.flags = (RISKY, AGREED)
            return verdict
        verdict.good, verdict.state, verdict.reason = False, CATCH_ALL, f"{why}, and no second finder agrees yet"
        return verdict

    def _short_of(self, verdict: Verdict) -> str:
        known = "unknown" if verdict.confidence is None else f"{verdict.confidence:g}"
        return f"confidence {known} is below {self.threshold:g}"

    def _refused(self, hit: Hit) -> str | None:
        if self.predicate is None:
            return None
        said, why = call_function(self.predicate, hit)
        if why is not None:
            return f"`accept` {why}"
        return None if said else "`accept` refused it"


def rejected(verdict: Verdict, state: str, reason: str) -> Verdict:
    """Return the verdict, now against the value: it is not shown."""
    verdict.good, verdict.state, verdict.reason, verdict.keep = False, state, reason, False
    return verdict


def held_back(verdict: Verdict, reason: str) -> Verdict:
    """Return the verdict, now that the value is not good enough: it is shown where nothing better comes."""
    verdict.good, verdict.state, verdict.reason = False, BELOW, reason
    return verdict
