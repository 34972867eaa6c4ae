"""What was paid for single records of a vendor that charges each once, whatever is asked about it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from decimal import Decimal

MOST = 65_536
"""Records remembered, those least recently asked about leaving first: one that left may be booked a second time."""
ZERO = Decimal(0)


class ChargedRecords:
    """The most claimed for each record of one account, by pool."""

    __slots__ = ("_marks",)

    def __init__(self) -> None:
        self._marks: OrderedDict[str, Mapping[str, Decimal]] = OrderedDict()

    def raise_to(self, record: str, claim: Mapping[str, Decimal], paid: Mapping[str, Decimal]) -> Mapping[str, Decimal]:
        """Raise a record's mark to a claim; return what was paid before, for it or for the exchange (`paid`)."""
        mark = self._marks.get(record, paid)
        if mark is not paid and paid:
            mark = {pool: max(mark.get(pool, ZERO), paid.get(pool, ZERO)) for pool in {**mark, **paid}}
        higher = {pool: amount for pool, amount in claim.items() if amount > mark.get(pool, ZERO)}
        self._marks[record] = {**mark, **higher} if higher else mark
        self._marks.move_to_end(record)
        if len(self._marks) > MOST:
            self._marks.popitem(last=False)
        return mark
