"""One record through many vendors, and many records at once: waterfalls, chains, streams."""

from leadenrich.waterfall.chain import Chain
from leadenrich.waterfall.enrich_chain import enrich
from leadenrich.waterfall.step import Step
from leadenrich.waterfall.waterfall import Waterfall

__all__ = ["Chain", "Step", "Waterfall", "enrich"]
