"""An uploaded table: read by the library, its mapping shown and corrected, its first rows cleaned for a preview."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import leadenrich as le
from leadenrich import vocabulary, wording
from leadenrich.records.headers import MAPPABLE
from leadenrich_service.settings import Settings

PREVIEW = 10
"""Rows shown cleaned."""

PERSON = tuple(name for name in vocabulary.PERSON_FIELDS if not name.startswith("company_"))
OTHER = tuple(sorted(MAPPABLE - set(PERSON) - set(vocabulary.COMPANY_FIELDS)))
FIELDS = (("Person", PERSON), ("Company", vocabulary.COMPANY_FIELDS), ("Other", OTHER))
"""What a column may mean, in groups."""


@dataclass(slots=True)
class Table:
    """A table as one visitor sees it.

    Attributes:
        name: of the file. content: its bytes, for another sheet or mapping. sheet: the one that is read.
        chosen: the visitor's own decisions, header -> field, None leaves a column alone.
        region: the country of phone numbers without a country code.
    """

    name: str
    content: bytes
    settings: Settings
    sheet: str | None = None
    chosen: dict[str, str | None] = field(default_factory=dict)
    region: str | None = None
    sheets: tuple[str, ...] = ()
    columns: Any = None
    records: list[Any] = field(default_factory=list)
    problems: list[Any] = field(default_factory=list)
    truncated: bool = False

    def read(self) -> None:
        """Read the file anew, with the sheet and the columns chosen.

        Raises:
            le.LeadEnrichError: it is no table, or the choice names something that is not there.
        """
        source = io.BytesIO(self.content)
        columns: Any = self.chosen or "auto"
        if self.content[:2] == b"PK":
            self._check_unpacked()
            table: Any = le.read_excel(source, self.sheet, columns)
            self.sheets, self.sheet = table.sheets, table.sheet
        else:
            table = le.read_csv(source, columns)
        if len(table.columns) > self.settings.max_columns:
            raise le.CsvParsingError(
                f"the table has {len(table.columns):,} columns; this service takes {self.settings.max_columns:,}"
            )
        most = self.settings.max_rows
        records = list(islice(iter(table), most + 1))
        self.truncated = len(records) > most
        self.columns, self.records, self.problems = table.columns, records[:most], list(table.problems)

    def _check_unpacked(self) -> None:
        """Refuse a workbook that unpacks to far more than it says."""
        try:
            with zipfile.ZipFile(io.BytesIO(self.content)) as archive:
                size = sum(one.file_size for one in archive.infolist())
        except zipfile.BadZipFile:
            return  # the library says what it is
        if size > self.settings.max_unpacked:
            raise le.CsvParsingError(
                f"the workbook unpacks to {size // 2**20:,} MB; this service takes"
                f" {self.settings.max_unpacked // 2**20:,}"
            )

    def to_dict(self) -> dict[str, Any]:
        """Return everything the page shows."""
        mapping = self.columns
        samples = self.records[:50]
        return {
            "name": self.name,
            "rows": len(self.records),
            "truncated": self.truncated,
            "max_rows": self.settings.max_rows,
            "sheets": list(self.sheets),
            "sheet": self.sheet,
            "region": self.region,
            "columns": [
                {
                    "header": header,
                    "field": name,
                    "confidence": sure,
                    "reason": why,
                    "chosen": header in self.chosen,
                    "samples": _samples(samples, key),
                }
                for header, name, key, sure, why in zip(
                    mapping.headers, mapping.fields, mapping.keys, mapping.confidence, mapping.reasons, strict=True
                )
            ],
            "warnings": list(mapping.warnings),
            "problems": [{"line": one.line, "text": one.text} for one in self.problems],
            "fields": [
                {"group": group, "fields": [{"name": name, "means": wording.meaning(name)} for name in names]}
                for group, names in FIELDS
            ],
            "preview": self.preview(),
        }

    def preview(self) -> list[dict[str, Any]]:
        """Return the first rows as a run would take them: each cell as it was and as it is, and what is wrong."""
        return [_cleaned(record, self.region) for record in self.records[:PREVIEW]]


def _cleaned(record: Mapping[str, Any], region: str | None) -> dict[str, Any]:
    cleaned = le.clean.record(record, region=region)
    wrong = {problem.field: problem.reason for problem in cleaned.problems}
    notes = {note.field: note.reason for note in cleaned.notes}
    cells = []
    for name in dict.fromkeys([*record, *cleaned.record]):
        before, after = record.get(name), cleaned.record.get(name)
        if before in (None, "") and after in (None, ""):
            continue
        cells.append(
            {
                "field": name,
                "before": _text(before),
                "after": _text(after),
                "changed": _text(before) != _text(after),
                "problem": wrong.get(name),
                "note": notes.get(name),
            }
        )
    return {"line": getattr(record, "line", 0), "cells": cells}


def _samples(records: list[Any], key: str) -> list[str]:
    """Return the first three values of a column that differ."""
    found: dict[str, None] = {}
    for record in records:
        if text := _text(record.get(key)):
            found.setdefault(text[:80])
        if len(found) == 3:
            break
    return list(found)


def _text(value: Any) -> str:
    return "" if value is None else str(value)
