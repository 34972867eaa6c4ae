"""The index by which steps are ordered, under its short name; the rest of it is in `leadenrich.waterfall.choice`."""

from leadenrich.waterfall.choice.order import index

__all__ = ["index"]
