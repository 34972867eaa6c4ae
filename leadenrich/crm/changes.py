"""What a write would change in a CRM, field by field, before anything is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

from leadenrich.clean import moment
from leadenrich.errors import ConfigurationError, InvalidValueError, nearest

Policy = Literal["fill_empty", "overwrite", "newest_wins"]
"""What happens to a field that the CRM has a value for: it stays, it is replaced, or the later of both wins."""

POLICIES: tuple[Policy, ...] = ("fill_empty", "overwrite", "newest_wins")


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one record of the CRM.

    Attributes:
        key: the CRM's id of the record, "" where the table has none.
        field, header: the canonical field, and the CRM's name for it.
        old, new: the value in the CRM and the one that was found.
        action: "fill" (it was empty), "replace", or "keep" (the policy keeps the CRM's value).
        source, confidence, observed_at: who said the new value, how surely (0-100), and when.
    """

    key: str
    field: str
    header: str
    old: str
    new: Any
    action: Literal["fill", "replace", "keep"]
    source: str
    confidence: float | None = None
    observed_at: datetime | None = None

    def __repr__(self) -> str:
        """Say what changes, without the values and the key."""
        return f"<Change {self.action} {self.header!r} from {self.source}>"


class Changes(Sequence[Change]):
    """The changes that a write would make; it prints as a count for each field, without any value."""

    def __init__(self, changes: Sequence[Change], records: int) -> None:
        self._changes = tuple(changes)
        self.records = records

    def __getitem__(self, at: Any) -> Any:
        return self._changes[at]

    def __len__(self) -> int:
        return len(self._changes)

    def __iter__(self) -> Iterator[Change]:
        return iter(self._changes)

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return one dict a change, values included, for a table or a frame to look at."""
        names = ("key", "field", "header", "old", "new", "action", "source", "confidence", "observed_at")
        return [{name: getattr(change, name) for name in names} for change in self]

    def __str__(self) -> str:
        """Say how many values each field would get, lose and keep."""
        counts = Counter((change.header, change.action) for change in self)
        headers = list(dict.fromkeys(change.header for change in self))
        width = max(map(len, headers), default=0)
        lines = [
            f"{header:<{width}}  {counts[header, 'fill']:>6} filled  {counts[header, 'replace']:>6} replaced"
            f"  {counts[header, 'keep']:>6} kept"
            for header in headers
        ]
        return "\n".join([f"{self.records} records", *lines])

    __repr__ = __str__


def check_policy(policy: str) -> None:
    """Refuse a policy that does not exist.

    Raises:
        ConfigurationError: with the nearest right name.
    """
    if policy not in POLICIES:
        raise ConfigurationError(f"policy {policy!r} is none of {', '.join(POLICIES)}{nearest(str(policy), POLICIES)}")


def decide(policy: Policy, old: str, new: str, changed_at: Any, observed_at: datetime | None) -> str:
    """Return "fill", "replace", "keep", or "same" where the CRM has the value already."""
    if not old.strip():
        return "fill"
    if old.strip().casefold() == new.casefold():
        return "same"
    if policy == "overwrite":
        return "replace"
    if policy == "fill_empty" or observed_at is None:
        return "keep"
    seen = observed_at if observed_at.tzinfo else observed_at.replace(tzinfo=UTC)
    crm = _time_of(changed_at)
    return "replace" if crm is not None and seen > crm else "keep"


def _time_of(given: Any) -> datetime | None:
    if not isinstance(given, str | date) or given == "":
        return None
    try:
        text = moment(given)
        found = datetime.fromisoformat(text) if len(text) > 7 else None
    except (InvalidValueError, ValueError):
        return None
    return found if found is None or found.tzinfo else found.replace(tzinfo=UTC)
