"""Before and after a run: what it is expected to find and cost, and what another order would have done."""
