"""Frames in, the same kind of frame out."""

from decimal import Decimal
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from leadenrich.errors import ConfigurationError, DataTransformationError
from leadenrich.records import Record, frame_from_rows, rows_from_frame
from tests.records.rows import finished

DATA: dict[str, list[Any]] = {
    "Nr": [1, 2, 3],
    "E-Mail": ["ann@example.com", None, "cem@example.com"],
    "Firma": ["Muster GmbH", "Beispiel AG", "Exempel"],
    "Umsatz": [1.5, None, 2.5],
}
FRAMES = [pd.DataFrame(DATA, index=[10, 20, 30]), pl.DataFrame(DATA), pa.table(DATA)]
KINDS = ["pandas", "polars", "pyarrow"]


def columns_of(frame: Any) -> dict[str, list[Any]]:
    if isinstance(frame, pd.DataFrame):
        return {name: [None if pd.isna(value) else value for value in frame[name]] for name in frame.columns}
    return dict(frame.to_dict(as_series=False) if isinstance(frame, pl.DataFrame) else frame.to_pydict())


@pytest.mark.parametrize("frame", FRAMES, ids=KINDS)
def test_rows_are_records_with_pythons_own_values(frame: Any) -> None:
    first, second, _ = rows_from_frame(frame)
    assert first == {"Nr": 1, "email": "ann@example.com", "company_name": "Muster GmbH", "Umsatz": 1.5}
    assert second["email"] is None
    assert second["Umsatz"] is None
    assert type(first["Nr"]) is int
    assert isinstance(first, Record)
    assert first.columns["Firma"] == "company_name"


@pytest.mark.parametrize("frame", FRAMES, ids=KINDS)
def test_the_same_kind_of_frame_comes_back(frame: Any) -> None:
    found: list[dict[str, Any]] = [
        {"title": "CEO", "employee_count": 5},
        {"email": "bob@example.com", "funding_total_usd": Decimal("1.5"), "technologies": ["a", "b"]},
        {"is_free": True},
    ]
    rows = [finished(record, what) for record, what in zip(rows_from_frame(frame), found, strict=True)]
    back = frame_from_rows(rows, like=frame)
    assert type(back) is type(frame)
    columns = columns_of(back)
    assert list(columns) == [
        "Nr", "E-Mail", "Firma", "Umsatz", "title", "employee_count", "email", "funding_total_usd", "technologies",
        "is_free", "status",
    ]  # fmt: skip
    assert columns["Nr"] == [1, 2, 3]
    assert columns["E-Mail"] == ["ann@example.com", None, "cem@example.com"]
    assert columns["email"] == ["ann@example.com", "bob@example.com", "cem@example.com"]
    assert columns["title"] == ["CEO", None, None]
    assert columns["employee_count"] == [5, None, None]
    assert columns["funding_total_usd"] == [None, 1.5, None]
    assert columns["technologies"] == [None, '["a", "b"]', None]
    assert columns["is_free"][2] in (True, "true")
    assert columns["status"] == ["complete"] * 3
    if isinstance(frame, pd.DataFrame):
        assert list(back.index) == [10, 20, 30]
        assert back["Nr"].dtype == frame["Nr"].dtype


@pytest.mark.parametrize("frame", FRAMES, ids=KINDS)
def test_chosen_columns_and_provenance(frame: Any) -> None:
    rows = [finished(record, {"email": "x@example.com"}) for record in rows_from_frame(frame)]
    chosen = columns_of(frame_from_rows(rows, like=frame, columns=["email", "Nr", "status"], provenance=True))
    assert list(chosen) == ["email", "email_source", "email_confidence", "email_cost", "Nr", "status"]
    assert chosen["email_source"] == ["acme"] * 3
    assert chosen["email_confidence"] == [90, 90, 90]
    assert chosen["email_cost"] == [0.05] * 3
    with pytest.raises(ConfigurationError, match="leaves nothing"):
        frame_from_rows(rows, like=frame, columns=[])


def test_a_column_named_like_the_field_is_filled_in_place() -> None:
    frame = pl.DataFrame({"email": [None, "b@example.com"], "last_name": ["Neu", "Alt"]})
    rows = [
        finished(record, {"email": "new@example.com"} if not record["email"] else {})
        for record in rows_from_frame(frame)
    ]
    assert columns_of(frame_from_rows(rows, like=frame)) == {
        "email": ["new@example.com", "b@example.com"], "last_name": ["Neu", "Alt"], "status": ["complete"] * 2,
    }  # fmt: skip


def test_pandas_missing_values_of_every_kind() -> None:
    frame = pd.DataFrame(
        {
            "email": pd.array(["a@example.com", pd.NA], dtype="string"),
            "when": pd.to_datetime(["2026-01-02", None]),
            "count": pd.array([1, None], dtype="Int64"),
            "flag": [True, False],
        }
    )
    first, second = rows_from_frame(frame)
    assert second == {"email": None, "when": None, "count": None, "flag": False}
    assert first["count"] == 1
    assert first["when"].year == 2026


def test_an_empty_frame() -> None:
    frame = pd.DataFrame({"email": []})
    assert list(rows_from_frame(frame)) == []
    assert list(frame_from_rows([], like=frame).columns) == ["email", "status"]


def test_what_does_not_fit_says_so() -> None:
    frame = pl.DataFrame(DATA)
    with pytest.raises(DataTransformationError, match=r"collect\(\) it first"):
        rows_from_frame(frame.lazy())
    with pytest.raises(DataTransformationError, match="a list is not an eager"):
        rows_from_frame([1])
    with pytest.raises(DataTransformationError, match="1 rows do not fit a frame of 3"):
        frame_from_rows([{}], like=frame)


def test_plain_dicts_go_back_too() -> None:
    frame = pl.DataFrame(DATA)
    assert columns_of(frame_from_rows(rows_from_frame(frame), like=frame)) == DATA


@pytest.mark.parametrize("frame", FRAMES, ids=KINDS)
def test_the_types_of_named_columns_are_those_of_every_run(frame: Any) -> None:
    """A warehouse makes its table of the first run's types, and the first run may find nothing."""
    wanted = ["email_confidence", "employee_count", "email_source", "title", "cost"]
    nothing = frame_from_rows([finished(record, {}) for record in rows_from_frame(frame)], like=frame, columns=wanted)
    types = [str(kind).lower() for kind in (nothing.schema.types if isinstance(nothing, pa.Table) else nothing.dtypes)]
    assert [("float" in kind or "double" in kind or "int" in kind) for kind in types] == [
        True,
        True,
        False,
        False,
        True,
    ]
