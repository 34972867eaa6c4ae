"""Who is asked next, and what that costs: order, statistics, prices, budgets that are too small."""
