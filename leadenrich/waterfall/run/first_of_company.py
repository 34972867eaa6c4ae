"""One record of a company goes first; the others wait for what it shows: a catch-all domain, or how addresses look."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from leadenrich.waterfall.run.parking import PLACE

TRIES = 3
"""So many records of a company go one by one; if they have shown nothing, the others go all at once."""

COMPANIES = 16_384
"""How many companies are remembered; the oldest makes room."""


class FirstOfCompany:
    """Whose turn it is, by company. A record that waits holds no place among those under way."""

    def __init__(self) -> None:
        self._leading: dict[str, asyncio.Future[None]] = {}
        self._tried: OrderedDict[str, int] = OrderedDict()

    async def wait(self, company: str | None, known: Callable[[], bool]) -> bool:
        """Wait while another record of the company goes first; return whether anything was waited for.

        Args:
            company: its domain, None where it has none.
            known: says whether the company has shown already what it can show.
        """
        place = PLACE.get()
        waited = False
        if company is None or place is None:
            return False
        while (leader := self._leading.get(company)) is not None and not self._is_over(company, known):
            waited = True
            with place.parking.aside():
                await asyncio.shield(leader)
        return waited

    @contextmanager
    def leading(self, company: str | None, known: Callable[[], bool], shown: Callable[[], bool]) -> Iterator[None]:
        """Go first while this lasts, unless another record does or nothing is left to be shown.

        Args:
            company: its domain.
            known: as in `wait`.
            shown: says at the end whether this record has shown what its company's are like.
        """
        if company is None or PLACE.get() is None or company in self._leading or self._is_over(company, known):
            yield
            return
        mine = self._leading[company] = asyncio.get_running_loop().create_future()
        try:
            yield
        finally:
            del self._leading[company]
            self._tried[company] = TRIES if shown() else self._tried.get(company, 0) + 1
            self._tried.move_to_end(company)
            if len(self._tried) > COMPANIES:
                self._tried.popitem(last=False)
            if not mine.done():
                mine.set_result(None)

    def _is_over(self, company: str, known: Callable[[], bool]) -> bool:
        return self._tried.get(company, 0) >= TRIES or known()
