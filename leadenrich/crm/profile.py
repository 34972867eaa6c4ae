"""One kind of record of one CRM: its headers in and out, and what a write does to what is there."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leadenrich import records
from leadenrich.crm.changes import Change, Changes, Policy, check_policy, decide
from leadenrich.errors import ConfigurationError, nearest
from leadenrich.records import CsvTable
from leadenrich.records.cell_values import to_text
from leadenrich.records.output_columns import record_of, values_of


@dataclass(frozen=True)
class Profile:
    """A CRM's names for the canonical fields.

    Attributes:
        name: what it is, such as "HubSpot contacts".
        headers: canonical field -> the header that is written.
        also: other headers that are read -> canonical field (labels, internal names).
        ids: headers that hold the CRM's id of a record, the usual one first.
        changed: headers that hold when a record was last changed, for `newest_wins`.
        notes: what is appended to a header for the columns of source, date and confidence.
    """

    name: str
    headers: Mapping[str, str]
    also: Mapping[str, str]
    ids: tuple[str, ...]
    changed: tuple[str, ...]
    notes: tuple[str, str, str] = (" Source", " Date", " Confidence")

    def columns(self, headers: Iterable[str]) -> dict[str, str | None]:
        """Return `{header: field}` for the headers this CRM is known for, as `columns=` of `read_csv` takes it."""
        known = {name.casefold(): field for field, name in self.headers.items()}
        known |= {name.casefold(): field for name, field in self.also.items()}
        left = {name.casefold() for name in (*self.ids, *self.changed)}
        found: dict[str, str | None] = {}
        for header in headers:
            field = known.get(header.strip().casefold())
            if field and field not in found.values():
                found[header] = field
            elif header.strip().casefold() in left:
                found[header] = None
        return found

    def read_csv(self, path: str | os.PathLike[str], **options: Any) -> CsvTable:
        """Read an export of this CRM; options as `le.read_csv` takes them.

        Headers that the CRM is known for mean what they mean there; all others are mapped as in any table.

        Raises:
            CsvParsingError: as `le.read_csv`.
        """
        plain = records.read_csv(path, columns=None, **options)
        return records.read_csv(path, columns=self.columns(plain.columns.headers), **options)

    def diff(
        self,
        rows: Iterable[Any],
        *,
        policy: Policy = "fill_empty",
        policies: Mapping[str, Policy] | None = None,
        fields: Sequence[str] | None = None,
    ) -> Changes:
        """Return what a write would change, without writing.

        Args:
            rows: finished rows; each remembers the record it came from.
            policy: for every field that `policies` does not name. "fill_empty" writes where the CRM has nothing,
                "overwrite" always, "newest_wins" where the value was observed after the CRM's record was changed.
            policies: canonical field -> policy.
            fields: which fields to write; None writes every found one that the CRM has a header for.

        Raises:
            ConfigurationError: an unknown policy or field.
        """
        changes: list[Change] = []
        count = 0
        for _, of_row in self._changes(rows, policy, policies or {}, fields):
            changes += of_row
            count += 1
        return Changes(changes, count)

    def update(
        self,
        rows: Iterable[Any],
        *,
        policy: Policy = "fill_empty",
        policies: Mapping[str, Policy] | None = None,
        fields: Sequence[str] | None = None,
        provenance: bool = True,
        changed_only: bool = True,
    ) -> list[dict[str, Any]]:
        """Return the records to import, each a dict by the CRM's headers: for `write_csv`, or `DataFrame(...)`.

        Each holds the CRM's id and what changes; a value that stays as it is is not repeated.

        Args:
            rows: finished rows; each remembers the record it came from.
            policy: as in `diff`.
            policies: as in `diff`.
            fields: as in `diff`.
            provenance: add source, date and confidence of each changed field.
            changed_only: leave records out of which nothing changes.
        """
        updates = []
        for row, changes in self._changes(rows, policy, policies or {}, fields):
            record = record_of(row)
            shown: dict[str, Any] = {}
            id_header, key = self._id(record)
            if id_header:
                shown[id_header] = key
            elif email := record.get("email"):
                shown[self.headers.get("email", "Email")] = email  # what CRMs match by where there is no id
            written = [change for change in changes if change.action != "keep"]
            for change in written:
                shown[change.header] = change.new
                if provenance:
                    seen = change.observed_at.date().isoformat() if change.observed_at else None
                    said = (change.source, seen, change.confidence)
                    stem = change.header.removesuffix("__c").replace(".", "_")
                    shown |= {stem + note: one for note, one in zip(self.notes, said, strict=True)}
            if written or not changed_only:
                updates.append(shown)
        return updates

    def write_csv(self, path: str | os.PathLike[str], rows: Iterable[Any], **options: Any) -> int:
        """Write the file to import, as `update` makes it and with its options; returns how many records are in it.

        Cells are not escaped against formulas, as a CRM takes the `'` for part of the value: import the file, do not
        open it in a spreadsheet program.
        """
        updates = self.update(rows, **options)
        headers = list(dict.fromkeys(header for update in updates for header in update))
        whole = [{header: update.get(header, "") for header in headers} for update in updates]
        return records.write_csv(path, whole, safe=False)

    def _changes(
        self, rows: Iterable[Any], policy: Policy, policies: Mapping[str, Policy], fields: Sequence[str] | None
    ) -> Iterator[tuple[Any, list[Change]]]:
        for each in (policy, *policies.values()):
            check_policy(each)
        for name in (*policies, *(fields or ())):
            if name not in self.headers:
                raise ConfigurationError(f"{self.name} has no field {name!r}{nearest(name, self.headers)}")
        for row in rows:
            record = record_of(row)
            changed_at = next((record[name] for name in self._spelled(self.changed, record)), None)
            _, key = self._id(record)
            changes = []
            for name, value in values_of(row).items():
                if name not in self.headers or (fields is not None and name not in fields) or value.provider == "input":
                    continue
                old = to_text(record.get(name))
                new = value.value
                action = decide(policies.get(name, policy), old, to_text(new), changed_at, value.observed_at)
                if action == "same":
                    continue
                changes.append(
                    Change(
                        key,
                        name,
                        self._header(record, name),
                        old,
                        new,
                        action,  # type: ignore[arg-type]  # "same" is gone
                        value.provider,
                        value.confidence,
                        value.observed_at,
                    )
                )
            yield row, changes

    def _header(self, record: Any, name: str) -> str:
        """Return the table's own header for a field where it has one, else the CRM's usual one."""
        columns = getattr(record, "columns", None)
        own: str | None = columns.header_of(name) if columns is not None and name in columns.fields else None
        return own or self.headers[name]

    def _id(self, record: Mapping[str, Any]) -> tuple[str | None, str]:
        name = next(iter(self._spelled(self.ids, record)), None)
        return name, to_text(record[name]) if name else ""

    def _spelled(self, names: Sequence[str], record: Mapping[str, Any]) -> list[str]:
        """Return the record's own spelling of these headers."""
        own = {str(key).strip().casefold(): key for key in record}
        return [own[name.casefold()] for name in names if name.casefold() in own]
