"""What happens to an answer: which of its fields are taken, which are held back, and what is learned from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from leadenrich import clean
from leadenrich.errors import InvalidValueError
from leadenrich.results import Attempt, Hit, Value
from leadenrich.vocabulary import MAIN_FIELD, SENSITIVE_FIELDS, name_of
from leadenrich.waterfall.rules.acceptance import ADDRESSES, Verdict, held_back, rejected
from leadenrich.waterfall.rules.identity import COMPANY, another_person, is_companys
from leadenrich.waterfall.rules.mail_domains import of_one_owner
from leadenrich.waterfall.rules.mailboxes import MAILBOXES, Claim, Who, names_in
from leadenrich.waterfall.rules.memory import Memory
from leadenrich.waterfall.rules.merge import SATELLITES, Merger, drop, same
from leadenrich.waterfall.rules.record_state import Checked, RecordState
from leadenrich.waterfall.rules.rules import Rules
from leadenrich.waterfall.stats.attempt_log import BELOW, WRONG
from leadenrich.waterfall.step import StepState

ANOTHERS = "the address belongs to another person"

LISTS = ("people", "companies", "emails")
"""Fields whose items are themselves people or companies."""


def without_suppressed(hit: Hit, suppression: Any) -> Hit:
    """Return a hit whose lists hold no suppressed person: the hit itself, or a copy, as others may share it."""
    kept: dict[str, list[Any]] = {}
    for field in LISTS:
        items = hit.data.get(field)
        if isinstance(items, list):
            shown = [item for item in items if not (isinstance(item, dict) and suppression.blocks(item))]
            if len(shown) < len(items):
                kept[field] = shown
    if not kept:
        return hit
    copy = Hit({**hit.data, **kept})
    copy.confidence, copy.confidence_source = hit.confidence, hit.confidence_source
    copy.provider, copy.operation, copy.observed_at = hit.provider, hit.operation, hit.observed_at
    copy.each = hit.each
    return copy


class Acceptor:
    """Takes hits into rows by a waterfall's rules.

    Args:
        rules: the waterfall's. memory: what the session remembers. sandbox: whether values are invented.
    """

    __slots__ = ("_flags", "_memory", "_merger", "_rules")

    def __init__(self, rules: Rules, memory: Memory, *, sandbox: bool = False) -> None:
        self._rules, self._memory = rules, memory
        self._merger = Merger(rules.best, rules.overwrite)
        self._flags = ("sandbox",) if sandbox else ()

    @staticmethod
    def now() -> datetime:
        """Return the moment, in UTC."""
        return datetime.now(UTC)

    def to_judge(self, step: StepState, hit: Hit, state: RecordState) -> list[tuple[str, Any]]:
        """Return the values of a hit that must each be good enough: the wanted ones and every new address."""
        wanted, given = self._rules.wanted, state.given
        return [
            (field, value)
            for field, value in hit.data.items()
            if field in wanted
            or (field in ADDRESSES and not same(value, given.get(field)) and self._may_show(step, field))
        ]

    def _may_show(self, step: StepState, field: str) -> bool:
        """Return whether a field may be shown: personal ones only where they were asked for by name (G13)."""
        return field not in SENSITIVE_FIELDS or field in self._rules.wanted or field == MAIN_FIELD.get(step.operation)

    def judge(
        self, step: StepState, state: RecordState, field: str, value: Any, hit: Hit, checked: Checked | None
    ) -> Verdict:
        """Return what happens to one value, in the light of who else found it."""
        finders = state.finders.setdefault((field, value), []) if value.__hash__ is not None else []
        if not step.is_pattern and step.provider not in finders:
            finders.append(step.provider)
        verdict = self._rules.acceptance.judge(
            field, value, hit, checked=checked, finders=finders, inferred=step.is_pattern
        )
        if verdict.ends and verdict.catch_all and field == "email" and not self._is_companys(state, str(value)):
            verdict.ends = False  # another finder may have an address at the company's own domain
            verdict.state = WRONG if self._rules.catch_all == "reject" else BELOW
        if not self._rules.identity or field not in MAILBOXES or not (verdict.good or verdict.keep):
            return verdict
        if verdict.good and field == "email" and len(finders) < 2 and self._elsewhere(state, value, hit):
            held_back(verdict, "it is at another domain than the company's, and no second source agrees yet")
        who, claim = self._claim(step, state, value, hit, good=verdict.good)
        if not self._memory.mailboxes.claim(field, value, who, claim, state.row):
            rejected(verdict, WRONG, ANOTHERS)
        return verdict

    def judge_unverified(self, step: StepState, state: RecordState, field: str, value: Any, hit: Hit) -> Verdict | None:
        """Return the verdict on a value that no verification could save: another person's address; else None."""
        if not self._rules.identity or field not in MAILBOXES or self._memory.mailboxes.is_free(value):
            return None
        who, claim = self._claim(step, state, value, hit)
        if not self._memory.mailboxes.refuses(value, who, claim):
            return None
        verdict = Verdict(True, WRONG, hit.confidence, hit.confidence_source)
        rejected(verdict, WRONG, ANOTHERS)
        return verdict

    @staticmethod
    def _claim(step: StepState, state: RecordState, email: str, hit: Hit, *, good: bool = True) -> tuple[Who, Claim]:
        who = Who.of({**hit.data, **state.given})
        return who, Claim(good, names_in(email, who), not step.is_pattern)

    def _elsewhere(self, state: RecordState, email: str, hit: Hit) -> bool:
        """Return whether an address is at a domain that nothing connects with the record's company."""
        domain = state.given.get("company_domain")
        if not domain or not COMPANY.isdisjoint(hit.data):
            return False
        mail = email.rpartition("@")[2]
        return not (self._memory.mail_domains.belongs(str(domain), mail) or is_companys(state.given, mail))

    def taken_from(self, state: RecordState) -> Callable[[str], bool]:
        """Return what says of an address that it belongs to another person than the record's."""
        if not self._rules.identity:
            return lambda _: False
        who = Who.of(state.given)
        return lambda address: self._memory.mailboxes.is_anothers(address, who)

    def merge_judged(
        self,
        step: StepState,
        state: RecordState,
        field: str,
        value: Any,
        hit: Hit,
        noted: Attempt,
        verdict: Verdict,
        checked: Checked | None,
    ) -> None:
        """Put a judged value into the row, with what is said about it, and remember what it teaches."""
        if field == "email":
            said = checked.status if checked is not None else hit.data.get("email_status")
            plain = verdict.good and said == "valid"
            self._note_domain(state, str(value), catch_all=verdict.catch_all, plain=plain)
        if not verdict.good and not verdict.keep:
            return
        flags = (*self._flags, *(("inferred",) if step.is_pattern else ()), *verdict.flags)
        said = Value(
            value,
            step.provider,
            verdict.confidence,
            hit.observed_at,
            noted.cost,
            step.operation,
            verdict.source,
            flags,
            verdict.by,
            citations_of(hit, field) if hit.each else (),
        )
        row = state.row
        shown = self._merger.put(row, field, said, good=verdict.good, old_good=field not in state.held)
        if verdict.good and field in self._rules.wanted:
            state.done.add(field)
        if shown:
            self._show(state, field, value, verdict.good)
            about = {**hit.data, **checked.data} if checked is not None else hit.data
            satellites = SATELLITES.get(field, ())
            drop(row, [name for name in satellites if name not in about])
            for name in satellites:
                if name not in about:
                    continue
                by = verdict.by if checked is not None and name in checked.data and verdict.by else step.provider
                row.values[name] = Value(
                    about[name],
                    by,
                    verdict.confidence,
                    hit.observed_at,
                    noted.cost,
                    step.operation,
                    verdict.source,
                    self._flags,
                )
                self._show(state, name, about[name], verdict.good)
        if verdict.good and field == "email" and self._memory.learning:
            self._learn_pattern(str(value), {**hit.data, **row.data})

    def merge_rest(
        self,
        step: StepState,
        state: RecordState,
        hit: Hit,
        noted: Attempt,
        verdict: Verdict | None,
        judged: set[str],
    ) -> Verdict | None:
        """Put everything else of a hit into the row; return the verdict on the hit, None if it has nothing wanted."""
        rules, row, data = self._rules, state.row, hit.data
        wanted, acceptance = rules.wanted, rules.acceptance
        good = acceptance.reaches(hit.confidence)
        if not wanted:
            verdict = acceptance.judge("", None, hit)
            good, state.accepted = verdict.good, state.accepted or verdict.good
        bound = {name for field in judged for name in SATELLITES.get(field, ())}
        for field, value in data.items():
            if field in judged or field in bound:
                continue
            if field in SENSITIVE_FIELDS and not self._may_show(step, field):
                continue
            if field not in row.values and row.data.get(field) == value:
                continue  # the record says so itself
            said = Value(
                value,
                step.provider,
                hit.confidence,
                hit.observed_at,
                noted.cost,
                step.operation,
                hit.confidence_source,
                self._flags,
                citations=citations_of(hit, field) if hit.each else (),
            )
            if self._merger.put(row, field, said, good=good, old_good=field not in state.held):
                self._show(state, field, value, good)
        if self._memory.learning and (pattern := data.get("email_pattern")):
            domain = data.get("company_domain") or row.data.get("company_domain")
            if domain:
                self._memory.patterns.state(str(domain), str(pattern))
        return verdict

    def _learn_pattern(self, email: str, fields: Mapping[str, Any]) -> None:
        """Remember how the company writes its addresses; an address at another domain teaches about that one."""
        company, mail = str(fields.get("company_domain") or ""), email.rpartition("@")[2]
        own = company if company and self._memory.mail_domains.belongs(company, mail) else mail
        self._memory.patterns.learn(email, {**fields, "company_domain": own})

    def _note_domain(self, state: RecordState, email: str, *, catch_all: bool, plain: bool) -> None:
        """Remember where a company's people have their addresses, and, under "reject", whether a domain takes all."""
        company = str(state.row.data.get("company_domain") or "")
        mail, memory = email.rpartition("@")[2], self._memory
        if mail != company:
            memory.mail_domains.note(company, mail, person_key({**state.given, "email": email}))
        if self._rules.catch_all != "reject" or not (catch_all or plain):
            return
        seen = memory.catch_all if catch_all else memory.plain
        seen.add(mail)
        if company and self._is_companys(state, email):
            seen.add(company)

    def _is_companys(self, state: RecordState, email: str) -> bool:
        """Return whether what an address shows of its domain holds for the record's company.

        A further domain that two of its people have been seen at says nothing of one that was itself seen not to accept
        every address.
        """
        company, mail = str(state.row.data.get("company_domain") or ""), email.rpartition("@")[2]
        if not company or of_one_owner(company, mail):
            return True
        known = self._memory.plain.knows(company, self._rules.catch_all_memory)
        return not known and self._memory.mail_domains.belongs(company, mail)

    def note_company(self, state: RecordState, hit: Hit) -> None:
        """Remember a domain that an answer about the record's person states as the company's: two people's show it."""
        company, other = state.given.get("company_domain"), hit.data.get("company_domain")
        if company and other and another_person(state.given, hit.data) is None:
            self._memory.mail_domains.note(str(company), str(other), person_key(state.given))

    @staticmethod
    def _show(state: RecordState, field: str, value: Any, good: bool) -> None:
        """Let later steps use a good value at once; hold the others back until nothing better came."""
        if good:
            state.row.data[field] = value
            state.held.discard(field)
        else:
            state.held.add(field)


def person_key(fields: Mapping[str, Any]) -> str:
    """Return what tells a person from the others of the company: the name, else the profile, else the address."""
    return str(name_of(fields) or fields.get("linkedin_url") or fields.get("email") or "").casefold()


def citations_of(hit: Hit, field: str) -> tuple[Mapping[str, str], ...]:
    """Return the pages a field of an answer is based on."""
    said = hit.each.get(field)
    return () if said is None else said.citations


def told_mobile(hit: Hit) -> Hit:
    """Return a phone finder's hit with its number as a mobile where the numbering plan says that it is one.

    Some vendors state no kind of number; what the plan leaves open (North America's, for one) stays `phone`.
    """
    number = hit.data.get("phone")
    if number is None or "mobile_phone" in hit.data:
        return hit
    try:
        kind = clean.phone_facts(number).line_type
    except InvalidValueError:
        return hit
    if kind == "mobile":
        hit.data = {**hit.data, "mobile_phone": number}
    return hit
