"""Tables in and out: column mapping, CSV, JSON lines, Excel and frames, and files that a stopped run goes on from."""

from __future__ import annotations

from leadenrich.records.columns import ColumnMap, ColumnMappingWarning, map_columns
from leadenrich.records.csv import CsvTable, read_csv
from leadenrich.records.csv_sink import CsvSink
from leadenrich.records.excel import ExcelTable, read_excel, write_excel
from leadenrich.records.export import write_csv
from leadenrich.records.frames import frame_from_rows, rows_from_frame
from leadenrich.records.jsonl import JsonlTable, read_jsonl, write_jsonl
from leadenrich.records.sinks import JsonlSink, ResumeWarning, Sink
from leadenrich.records.table import Record, TableWarning

__all__ = [
    "ColumnMap",
    "ColumnMappingWarning",
    "CsvSink",
    "CsvTable",
    "ExcelTable",
    "JsonlSink",
    "JsonlTable",
    "Record",
    "ResumeWarning",
    "Sink",
    "TableWarning",
    "frame_from_rows",
    "map_columns",
    "read_csv",
    "read_excel",
    "read_jsonl",
    "rows_from_frame",
    "write_csv",
    "write_excel",
    "write_jsonl",
]
