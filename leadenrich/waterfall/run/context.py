"""What all records of one run share: who takes the rows, the money, whose turn it is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from leadenrich.waterfall.choice.allocation import Funds
from leadenrich.waterfall.rules.record_state import Gate
from leadenrich.waterfall.run.breadth import Breadth
from leadenrich.waterfall.run.last_pass import LastPass


@dataclass(frozen=True, slots=True)
class RunContext:
    """What all records of one run share.

    Attributes:
        gate: is asked before each call, so that a stream that is not read comes to rest; None: calls go out at once.
        funds: the ledgers and how many records they are for. breadth: where records take turns.
        asking: by provider, how many of its questions are under way, those that wait for its limit included.
        last_pass: where records wait from which scarce money held a step back.
        learns: whether what comes of the records is learned; not where a plan goes through what is known already.
    """

    gate: Gate | None = None
    funds: Funds = field(default_factory=Funds)
    breadth: Breadth | None = None
    asking: Counter[str] = field(default_factory=Counter)
    last_pass: LastPass | None = None
    learns: bool = True
