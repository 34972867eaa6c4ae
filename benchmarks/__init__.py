"""Measurements behind the numbers in the docs; each module runs by itself."""
