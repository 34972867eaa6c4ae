"""Which rows are finished: keys held as digests, about 13 bytes each, not as text."""

from __future__ import annotations

import hashlib
import json
import re
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from leadenrich.results import to_json

_BUCKETS = 256
_DONE = 1 << 31
_BY_POSITION = re.compile(r"(\d{1,10})-([0-9a-f]{16})")


def digest64(text: str) -> int:
    """Return a 64-bit digest of a key."""
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


def content_digest(record: object) -> str:
    """Return 16 hexadecimal digits that stand for everything a record holds, whatever its order."""
    cells = (
        {str(key): to_json(value) for key, value in record.items()} if isinstance(record, Mapping) else to_json(record)
    )
    text = json.dumps(cells, sort_keys=True, ensure_ascii=False)
    return f"{digest64(text):016x}"


class KeySet:
    """Finished keys, and at which position each key was met in this run.

    A sorted array of 64-bit digests per bucket beside one of 32-bit notes: 12 bytes a key and a little room to grow.
    Two keys in a million million share a digest by chance; then the later one counts as finished.
    """

    def __init__(self) -> None:
        self._digests = [array("Q") for _ in range(_BUCKETS)]
        self._notes = [array("I") for _ in range(_BUCKETS)]
        self._done = 0

    def __len__(self) -> int:
        return self._done

    def __contains__(self, key: object) -> bool:
        if not isinstance(key, str):
            return False
        digest = digest64(key)
        bucket = digest % _BUCKETS
        digests = self._digests[bucket]
        at = bisect_left(digests, digest)
        return at < len(digests) and digests[at] == digest and bool(self._notes[bucket][at] & _DONE)

    def add(self, key: str) -> None:
        """Count a key as finished."""
        bucket, at = self._place(digest64(key))
        if not self._notes[bucket][at] & _DONE:
            self._notes[bucket][at] |= _DONE
            self._done += 1

    def discard(self, key: str) -> None:
        """Count a key as not finished."""
        if key in self:
            bucket, at = self._place(digest64(key))
            self._notes[bucket][at] &= ~_DONE
            self._done -= 1

    def meet(self, key: str, position: int) -> bool:
        """Note that the record at `position` has this key; False where an earlier one has it."""
        bucket, at = self._place(digest64(key))
        met = self._notes[bucket][at] & ~_DONE
        if not met:
            self._notes[bucket][at] |= (position + 1) % _DONE
        return not met or met == (position + 1) % _DONE

    def set_note(self, key: str, number: int) -> None:
        """Keep a number (1 to 2**31 - 1) with a key, instead of the one it had."""
        bucket, at = self._place(digest64(key))
        self._notes[bucket][at] = (self._notes[bucket][at] & _DONE) | (number % _DONE)

    def note_of(self, key: str) -> int:
        """Return the number kept with a key, 0 where there is none."""
        digest = digest64(key)
        digests = self._digests[digest % _BUCKETS]
        at = bisect_left(digests, digest)
        found = at < len(digests) and digests[at] == digest
        return self._notes[digest % _BUCKETS][at] & ~_DONE if found else 0

    def forget(self) -> None:
        """Forget at which positions keys were met; a new run begins."""
        for notes in self._notes:
            for at, note in enumerate(notes):
                notes[at] = note & _DONE

    def _place(self, digest: int) -> tuple[int, int]:
        bucket = digest % _BUCKETS
        digests = self._digests[bucket]
        at = bisect_left(digests, digest)
        if at == len(digests) or digests[at] != digest:
            digests.insert(at, digest)
            self._notes[bucket].insert(at, 0)
        return bucket, at


class PositionSet:
    """Finished keys of the form "position-digest", 8 bytes a position; it notices a record that has changed."""

    def __init__(self) -> None:
        self._digests = array("Q")
        self._done = 0

    def __len__(self) -> int:
        return self._done

    def __contains__(self, key: object) -> bool:
        place = _split(key)
        return place is not None and self._at(place[0]) == place[1]

    def add(self, key: str) -> None:
        """Count a key as finished; anything that is no such key is passed over."""
        place = _split(key)
        if place is None:
            return
        position, digest = place
        if position >= len(self._digests):
            self._digests.extend(array("Q", bytes(8 * (position + 1 - len(self._digests)))))
        self._done += not self._digests[position]
        self._digests[position] = digest

    def discard(self, key: str) -> None:
        """Count a key as not finished."""
        place = _split(key)
        if place is not None and self._at(place[0]) == place[1]:
            self._digests[place[0]] = 0
            self._done -= 1

    def changed(self, key: str) -> bool:
        """Return whether this key's position is finished with another content."""
        place = _split(key)
        return place is not None and self._at(place[0]) not in (0, place[1])

    def forget(self) -> None:
        """Do nothing: positions are part of these keys."""

    def _at(self, position: int) -> int:
        return self._digests[position] if position < len(self._digests) else 0


def _split(key: object) -> tuple[int, int] | None:
    match = _BY_POSITION.fullmatch(key) if isinstance(key, str) else None
    return (int(match[1]), int(match[2], 16) or 1) if match else None


def key_reader(key: str) -> Callable[[Mapping[str, Any]], str]:
    """Return a function that reads a record's own key: by its record key, by its original header, in any case."""

    def read(record: Mapping[str, Any]) -> str:
        for name in _names(key, record):
            value = record.get(name)
            if value not in (None, ""):
                return str(value).strip()
        return ""

    return read


def _names(key: str, record: Mapping[str, Any]) -> Iterator[str]:
    if key in record:
        yield key
        return
    columns = getattr(record, "columns", None)
    if columns is not None and key in columns:
        yield columns.keys[columns.headers.index(key)]
        return
    yield from (name for name in record if str(name).casefold() == key.casefold())
