"""The work of a lead is counted, not timed: what a feature puts on every row shows here, on any machine.

Where this fails, ask of the new work: can it be decided once for a stream, a waterfall or a step? Can the empty case
return before any call? `python -m benchmarks.trace` shows the files, `benchmarks.overhead` what it costs.
"""

from __future__ import annotations

from benchmarks.trace import COUNTED, further

CALLS, SWITCHES = 460, 256
"""Of our own functions, cleaning and the sandbox aside, for one look-up that hits; goals are 300 and 100."""


async def test_a_further_lead_of_a_stream_takes_no_more_calls_than_it_did() -> None:
    trace = await further()
    assert len(trace.seen) / COUNTED <= CALLS
    assert trace.switches / COUNTED <= SWITCHES
