"""What a live check found: shapes, types, counts and words, never a value."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any

KINDS = {
    "absent": "read by the adapter, never came",
    "new": "came, not known",
    "type": "of another type",
    "word": "a word the adapter's tables lack",
    "charge": "the account counts otherwise",
    "header": "a rate header that is not declared",
    "status": "an HTTP status that is not declared",
    "error": "failed",
}
"""Kind of a finding -> what it means."""


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One difference.

    Attributes:
        kind: a key of `KINDS`. place: a field's place, a header's name, a purse. said: types, a word, counts.
    """

    kind: str
    place: str
    said: str = ""


@dataclass(slots=True)
class Checked:
    """What one operation gave.

    Attributes:
        operation: its id. asked: "hit" (the lead) or "miss" (an unknown person), or "free".
        outcome: "hit", "miss", an error's code, or "skipped". why: of a skip. requests: how many were sent.
        findings: the differences.
    """

    operation: str
    asked: str
    outcome: str
    why: str = ""
    requests: int = 0
    findings: list[Finding] = field(default_factory=list)


@dataclass(slots=True)
class Report:
    """One provider's live check.

    Attributes:
        provider: its id. version: the library's. date: ISO 8601. checked: one entry a question.
    """

    provider: str
    version: str
    date: str
    checked: list[Checked] = field(default_factory=list)

    @property
    def findings(self) -> list[tuple[str, Finding]]:
        """Return (operation, finding) of all that differs."""
        return [(one.operation, finding) for one in self.checked for finding in one.findings]

    @property
    def drifted(self) -> bool:
        """Return whether anything differs."""
        return bool(self.findings)

    @property
    def hash(self) -> str:
        """Return what names this report in `ProviderInfo.live`: the same for the same outcomes and findings."""
        kept = {"provider": self.provider, "version": self.version, "checked": self.to_dict()["checked"]}
        return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()[:16]

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain data."""
        return {**asdict(self)}

    def __str__(self) -> str:
        """Show it to be read, and to be pasted into an issue."""
        lines = [f"{self.provider}, leadenrich {self.version}, {self.date}, report {self.hash}"]
        for one in self.checked:
            why = f": {one.why}" if one.why else ""
            lines.append(f"  {one.operation} ({one.asked}): {one.outcome}{why}, {one.requests} requests")
            for finding in one.findings:
                said = f" ({finding.said})" if finding.said else ""
                lines.append(f"    {finding.place}: {KINDS[finding.kind]}{said}")
        lines.append(f"  {len(self.findings)} differences" if self.drifted else "  no difference")
        return "\n".join(lines)
