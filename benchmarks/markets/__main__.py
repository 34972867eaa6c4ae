"""Writes `markets.json`."""

import json

from benchmarks.markets import HERE, make

lines = ",\n".join(json.dumps(one) for one in make())
(HERE / "markets.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")
