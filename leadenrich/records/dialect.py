"""How a file is written: its encoding, its delimiter, and the line its header stands on."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice

from leadenrich.errors import CsvParsingError
from leadenrich.records.headers import read_meanings
from leadenrich.records.value_evidence import classify

SAMPLE_BYTES = 256 * 1024
"""How much of a file is looked at before reading it."""

FALLBACK = "leadenrich.cp1252"
"""Name of the codec error handler that reads a stray byte of a UTF-8 file as cp1252 instead of losing it."""

DELIMITERS = (",", ";", "\t", "|")
NOT_TEXT = "binary data, not text"
_OLE = b"\xd0\xcf\x11\xe0"
_BINARY: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF", "a PDF; export the table as CSV"),
    (b"PK\x03\x04", "a ZIP archive or an Excel workbook; use read_excel for .xlsx, or unpack it first"),
    (_OLE, "an old Excel workbook (.xls); save it as .xlsx or CSV"),
    (b"\x1f\x8b", "a gzip archive; unpack it first, or pass gzip.open(path)"),
    (b"SQLite format 3", "an SQLite database"),
    (b"PAR1", "a Parquet file; read it as a frame"),
    (b"\x7fELF", "a program"),
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Letters and signs of Western texts, with cp1252's own extras (quotes, dashes, euro, ligatures).
_EXTRAS = bytes(range(0x80, 0xA0)).decode("cp1252", errors="ignore")
_WESTERN = re.compile(f"[\xa0-\xd6\xd8-\xf6\xf8-\xff{re.escape(_EXTRAS)}]")
# ... but signs in the middle of words and capitals after small letters are another encoding's letters.
_MISREAD = re.compile(
    "[\xa2-\xa6\xac\xaf\xb1\xb3\xb4\xb6\xb8\xb9\xbc-\xbe\xd7\xf7\u20ac\u0192\u2020-\u2022\u02c6\u02dc\u203a](?=[a-z\xe0-\xff])"
    "|(?<=[a-z])[\xa3-\xa6\xaf\xb3\xb9\xbc\xbe\u02c6\u02dc]"
    "|(?<=[a-z\xe0-\xff])[\xc0-\xde\u0160\u017d\u0152\u0178](?![A-Z])"
    "|[\xc0-\xff]{3,}"
)


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    byte = error.object[error.start : error.start + 1]
    return byte.decode("cp1252", errors="ignore") or byte.decode("latin-1"), error.start + 1


codecs.register_error(FALLBACK, _as_cp1252)


def binary_kind(sample: bytes) -> str | None:
    """Return what a file that is no text is ("a PNG image"), or None for text."""
    if sample.startswith(_OLE) and "EncryptedPackage".encode("utf-16-le") in sample:
        return "a password-protected Excel workbook; remove the password and save it again"
    for magic, what in _BINARY:
        if sample.startswith(magic):
            return what
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)) or _bare_utf16(sample):
        return None
    odd = sum(
        sample.count(bytes([code])) for code in range(1, 32) if code not in b"\t\n\r\x0b\x0c\x1a\x1b\x1c\x1d\x1e\x1f"
    )
    return NOT_TEXT if odd > max(8, len(sample) * 0.02) or sample.count(0) > len(sample) * 0.2 else None


def _bare_utf16(sample: bytes) -> str | None:
    head = sample[:4000]
    if len(head) < 8:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > len(head) * 0.3 and even < len(head) * 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > len(head) * 0.3 and odd < len(head) * 0.05 else None


def guess_encoding(sample: bytes) -> str:
    """Return the codec that reads this sample: by BOM, as UTF-8, as cp1252 where that makes sense, else by letters."""
    for bom, name in _BOMS:
        if sample.startswith(bom):
            return name
    bare = _bare_utf16(sample)
    if bare:
        return bare
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample, final=False)
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8"
    for name in ("cp1252", "mac_roman"):
        if _plausible(sample.decode(name, errors="replace")):
            return name
    for name in ("cp1250", "iso8859_2"):
        if _central(sample.decode(name, errors="replace")):
            return name
    try:
        from charset_normalizer import from_bytes
    except ImportError:  # it comes with most HTTP stacks, but not with every one
        return "cp1252"
    seen = {"cp1252", "latin_1", "iso8859_15", "mac_roman"}
    return next((found.encoding for found in from_bytes(sample) if found.encoding not in seen), "cp1252")


# The letters beyond ASCII of Central Europe's languages; one of them, with a few of the neighbours' names, is a text's.
_CENTRAL = ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "ăâîșțşţ", "čćđšž")
_NEIGHBOURS = frozenset("äöüßéáíóúçëîôâ")


_STRAY = re.compile(
    "[\x80-\x9f]|[\xa1-\xa6\xa8\xac\xaf\xb1-\xb4\xb6\xb8\xb9\xbc-\xbe\u02c7\u02d8-\u02dd](?=[^\\W\\d_])"
)


def _central(text: str) -> bool:
    """Whether what is not ASCII looks like the letters of one Central European language, in their own places."""
    letters = [char for char in text if ord(char) > 127 and (char.isalpha() or char == "\ufffd")]
    capitals = re.findall(r"(?<=[a-z])[^\W\d_a-zA-Z](?=[a-z])", text)
    odd = sum(char.isupper() for char in capitals) + len(re.findall(_STRAY, text))
    for alphabet in _CENTRAL:
        own = sum(char.lower() in alphabet for char in letters)
        known = sum(char.lower() in alphabet or char.lower() in _NEIGHBOURS for char in letters)
        if own >= 0.6 * len(letters) and known - 3 * odd >= 0.95 * len(letters):
            return True
    return False


def _plausible(text: str) -> bool:
    """Whether what is not ASCII looks like the letters and signs of a Western language."""
    special = [char for char in text if ord(char) > 127]
    western = sum(1 for char in special if _WESTERN.match(char))
    return western - 3 * len(_MISREAD.findall(text)) >= 0.9 * len(special)


def sniff(text: str, *, delimiter: str | None = None) -> tuple[str, int]:
    """Return `(delimiter, lines to skip)` of a text sample; a "sep=;" line names the delimiter and is skipped."""
    first, *rest = re.split("\r\n|\n|\r", text, maxsplit=1)
    stated = re.fullmatch(r'\s*"?sep=(.)"?\s*', first)
    skip = 0
    if stated:
        delimiter, text, skip = delimiter or stated[1], "".join(rest), 1
    return delimiter or _delimiter_of(text), skip


def _rows(text: str, delimiter: str, limit: int = 100) -> list[list[str]]:
    return list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), limit))


def _delimiter_of(text: str) -> str:
    best, best_score = ",", 0.0
    for delimiter in DELIMITERS:
        rows = [row for row in _rows(text, delimiter) if len(row) > 1 or (row and row[0].strip())]
        widths = Counter(len(row) for row in rows if len(row) > 1)
        if not widths:
            continue
        width, often = max(widths.items(), key=lambda item: (item[1], item[0]))
        known = max(
            (sum(bool(read_meanings(cell)) for cell in row) for row in rows[:20] if len(row) == width), default=0
        )
        score = often / len(rows) * (1 + min(width, 30) / 100) + 0.5 * known
        if score > best_score:
            best, best_score = delimiter, score
    return best


def find_header(rows: Sequence[Sequence[str]], *, header: bool | None = None) -> int | None:
    """Return which of the first rows is the header; None where even the first row is data.

    Reports put titles and notes above their table (LinkedIn writes "Notes:", Excel pads them with empty cells).

    Args:
        rows: the first rows of a table; at least one has a filled cell.
        header: True takes the first row that is not blank, False says there is none, None finds it.
    """
    if header is False:
        return None
    filled = [sum(1 for cell in row if cell.strip()) for row in rows]
    if header:
        return next(at for at, count in enumerate(filled) if count)
    rows = [_without_tail(row) for row in rows]
    width = min(_used_columns(rows), Counter(map(len, filter(None, rows))).most_common(1)[0][0])
    known = [sum(1 for cell in row if read_meanings(cell)) for row in rows[:30]]
    most = max(known, default=0)
    if most >= 2 or (most == 1 and width == 1):
        best = next(at for at, count in enumerate(known) if count == most)
        return next(
            (at for at, count in enumerate(known[:best]) if count >= 0.6 * most and filled[at] >= filled[best] - 1),
            best,
        )
    for at, row in enumerate(rows[:30]):
        if filled[at] and len(row) >= min(width, 2) and filled[at] >= min(2, width) and filled[at] >= len(row) / 3:
            values = sum(1 for cell in row if classify(cell.strip()) in _VALUES)
            return None if values and not known[at] else at
    return next(at for at, count in enumerate(filled) if count)


def _without_tail(row: Sequence[str]) -> Sequence[str]:
    """Return the row without the empty cells at its end, which trailing separators make."""
    end = len(row)
    while end and not row[end - 1].strip():
        end -= 1
    return row[:end]


def _used_columns(rows: Sequence[Sequence[str]]) -> int:
    """Return how many columns are filled in two rows at least, or in any where no column is filled twice."""
    uses = Counter(at for row in rows for at, cell in enumerate(row) if cell.strip())
    return sum(1 for count in uses.values() if count > 1) or len(uses)


_VALUES = frozenset(
    {
        "email",
        "url",
        "domain",
        "linkedin_person",
        "linkedin_company",
        "linkedin_other",
        "sales_navigator",
        "phone",
        "date",
    }
)


def sniff_bytes(sample: bytes, where: str, *, encoding: str | None = None) -> tuple[str, str]:
    """Return `(encoding, text)` of a file's first bytes.

    Raises:
        CsvParsingError: the file is empty, or is no text at all.
    """
    if not sample.strip(b"\x00\r\n\t \xef\xbb\xbf\xff\xfe"):
        raise CsvParsingError(f"{where} is empty; a CSV file needs a header line and at least one row")
    kind = binary_kind(sample)
    if kind and encoding is None:
        raise CsvParsingError(f"{where} is not a CSV file but {kind}")
    name = encoding or guess_encoding(sample)
    try:
        text = codecs.getincrementaldecoder(name)(errors="replace").decode(sample, final=False)
    except LookupError:
        raise CsvParsingError(f"{where}: there is no encoding {name!r}; leave encoding= out to have it found") from None
    return name, text.replace("\0", "")
