"""The machinery of a run: one record through its steps, and many records at once."""
