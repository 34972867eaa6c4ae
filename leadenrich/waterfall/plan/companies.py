"""How many records share a company, and so how often one record has shown already what the next one need not ask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Companies:
    """The companies of a run's records.

    Attributes:
        sizes: records of a company -> how many companies have so many. alone: records whose company is not known.
    """

    sizes: Counter[int] = field(default_factory=Counter)
    alone: int = 0

    @classmethod
    def of(cls, records: Iterable[int], alone: int = 0) -> Companies:
        """Return the companies that have so many records each."""
        return cls(Counter(records), alone)

    @property
    def records(self) -> int:
        """Return how many records there are."""
        return self.alone + sum(size * count for size, count in self.sizes.items())

    @property
    def mean(self) -> float:
        """Return the records of a company on average, 1 where none is known."""
        companies = self.sizes.total()
        return sum(size * count for size, count in self.sizes.items()) / companies if companies else 1.0

    @property
    def together(self) -> float:
        """Return how many records the company of a record has, on average over the records; 1 where none is known."""
        squares = self.alone + sum(size * size * count for size, count in self.sizes.items())
        return squares / self.records if self.records else 1.0

    def first(self, chance: float, part: float = 1.0) -> float:
        """Return the share (0-1) of the records that come before, or are, the first of their company to show something.

        Args:
            chance: that a record shows it, in a company where it can be seen at all.
            part: of each company's records (0-1).
        """
        if chance <= 0 or part <= 0:
            return 1.0

        def of(size: float) -> float:
            many = max(size * part, 1.0)
            return min(float(1 - (1 - chance) ** many) / (chance * many), 1.0)

        return self._share(of)

    def later(self, chance: float) -> float:
        """Return the share (0-1) of the records before which another one of their company has shown something.

        Args:
            chance: that a record shows it.
        """
        if chance <= 0:
            return 0.0
        return 1 - self.first(chance)

    def _share(self, of: Callable[[int], float]) -> float:
        records = self.records
        if not records:
            return 1.0
        return (self.alone + sum(size * count * of(size) for size, count in self.sizes.items())) / records
