"""Who is asked next, at what price: the order of steps, and how a budget that is too small is divided."""
