"""Data frames in and out (extra `frames`): pandas, polars and pyarrow alike, and the same kind back."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cache
from itertools import islice
from typing import Any, get_args, get_type_hints

from leadenrich.errors import ConfigurationError, DataTransformationError
from leadenrich.records.cell_values import to_text
from leadenrich.records.columns import ColumnMap
from leadenrich.records.output_columns import Column, choose_columns, fill, found_fields, retry_reason
from leadenrich.records.table import Columns, Record, resolve_columns
from leadenrich.records.value_evidence import SAMPLE_ROWS
from leadenrich.vocabulary import Fields


def rows_from_frame(frame: Any, columns: Columns = "auto") -> Iterator[Record]:
    """Yield a frame's rows as records, mapped as `read_csv` maps a file's; needs the extra `frames`.

    Args:
        frame: a pandas or polars DataFrame, a pyarrow Table, or any other eager frame narwhals knows.
        columns: as in `read_csv`.

    Yields:
        One record a row, in order. Missing values (NaN, NaT, NA, null) are None; other values keep their type.

    Raises:
        DataTransformationError: it is no such frame, or a lazy one.
        ConfigurationError: narwhals is not installed, or `columns` names a header that is not there.
    """
    narrow = _narrow(frame)
    sample = [[_plain(value) for value in row] for row in islice(narrow.iter_rows(), SAMPLE_ROWS)]
    mapping = resolve_columns(narrow.columns, sample, columns)
    return _rows(narrow, mapping)


def _rows(narrow: Any, mapping: ColumnMap) -> Iterator[Record]:
    for number, row in enumerate(narrow.iter_rows(), 1):
        yield Record(zip(mapping.keys, map(_plain, row), strict=True), columns=mapping, line=number)


def frame_from_rows(
    rows: Iterable[Any], like: Any, columns: Sequence[str] | None = None, provenance: bool = False
) -> Any:
    """Return a frame of the same kind as `like`, its own columns first, then what was found, then the status.

    Args:
        rows: one finished row (or dict) for each row of `like`, in its order.
        like: the frame the rows came from; its columns are taken over as they are, with their types and its index.
        columns: which columns instead, in this order: the frame's own, field names, "status", "cost", ....
        provenance: add `<field>_source`, `<field>_confidence` and `<field>_cost` beside each found field.

    Raises:
        DataTransformationError: there are more or fewer rows than `like` has, or `like` is no eager frame.
        ConfigurationError: `columns` names something that exists nowhere, or narwhals is not installed.
    """
    narrow = _narrow(like)
    finished = list(rows)
    if len(finished) != len(narrow):
        raise DataTransformationError(
            f"{len(finished)} rows do not fit a frame of {len(narrow)}; give one row for each of its rows, in order"
        )
    inputs = _inputs(narrow.columns, finished)
    found = dict.fromkeys(name for row in finished for name in found_fields(row))
    status = any(hasattr(row, "status") for row in finished) or not finished
    retry = any(retry_reason(row) for row in finished)
    chosen = choose_columns(inputs, found, columns=columns, provenance=provenance, status=status, retry=retry)
    filled = [fill(row, chosen) for row in finished]
    series = []
    for at, column in enumerate(chosen):
        if column.kind == "input" and column.header in narrow.columns:
            series.append(narrow.get_column(column.header))
        else:
            series.append(_series(column, [values[at] for values in filled], narrow))
    return _joined(narrow, series)


def _inputs(names: Sequence[str], rows: Sequence[Any]) -> list[Column]:
    """Return the frame's columns; a column that was mapped is known by its field."""
    mapping = next((row.record.columns for row in rows if hasattr(getattr(row, "record", None), "columns")), None)
    if not isinstance(mapping, ColumnMap):
        mapping = next((row.columns for row in rows if isinstance(row, Record)), None)
    if mapping is None or list(mapping.headers) != list(names):
        return [Column(name, "input", name) for name in names]
    return [Column(header, "input", key) for header, key in zip(mapping.headers, mapping.keys, strict=True)]


@cache
def _number_fields() -> frozenset[str]:
    hints = get_type_hints(Fields)
    return frozenset(name for name, hint in hints.items() if {int, float} & {hint, *get_args(hint)})


def _holds_numbers(column: Column) -> bool:
    if column.kind == "field":
        return column.name in _number_fields()
    return column.kind in ("confidence", "cost", "row_cost")


def _series(column: Column, values: list[Any], narrow: Any) -> Any:
    """Return a column of the frame's own kind: numbers and booleans as such, everything else as text.

    A column of numbers in which nothing stands is one too, so that every run has the same types.
    """
    import narwhals as nw

    filled = [value for value in values if value is not None]
    if filled and all(isinstance(value, bool) for value in filled):
        dtype: Any = nw.Boolean
    elif filled and all(isinstance(value, int) and not isinstance(value, bool) for value in filled):
        dtype = nw.Int64 if len(filled) == len(values) else nw.Float64
    elif filled and all(isinstance(value, int | float | Decimal) and not isinstance(value, bool) for value in filled):
        dtype = nw.Float64
    else:
        dtype = nw.String if filled or not _holds_numbers(column) else nw.Float64
    if dtype is nw.String:
        shaped: list[Any] = [None if value is None else to_text(value) for value in values]
    elif dtype is nw.Float64:
        shaped = [None if value is None else float(value) for value in values]
    else:
        shaped = values
    if dtype is nw.Boolean and len(filled) != len(values) and narrow.implementation.is_pandas_like():
        shaped, dtype = [None if value is None else to_text(value) for value in values], nw.String
    return nw.new_series(column.header, shaped, dtype, backend=narrow.implementation)


def _joined(narrow: Any, series: list[Any]) -> Any:
    import narwhals as nw

    if not series:
        raise ConfigurationError("columns=[] leaves nothing of the frame; name at least one column")
    index = nw.maybe_get_index(narrow)
    if index is not None:
        series = [nw.maybe_set_index(one, index=index) for one in series]
    return nw.concat([one.to_frame() for one in series], how="horizontal").to_native()


def _narrow(frame: Any) -> Any:
    try:
        import narwhals as nw
    except ImportError:
        raise ConfigurationError("frames need narwhals: install leadenrich[frames]") from None
    try:
        return nw.from_native(frame, eager_only=True)
    except TypeError:
        hint = "; collect() it first" if hasattr(frame, "collect") else ""
        raise DataTransformationError(
            f"a {type(frame).__name__} is not an eager pandas, polars or pyarrow frame{hint}"
        ) from None


def _plain(value: Any) -> Any:
    """Return a frame's value as Python's own: missing ones None, numpy scalars as int, float, bool."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, float) and math.isnan(value):
        return None
    if type(value).__name__ in {"NAType", "NaTType"}:
        return None
    if type(value).__module__ == "numpy":
        return _plain(value.tolist())
    if type(value).__module__.startswith("pyarrow"):
        return _plain(value.as_py())
    return value
