"""Brings the fixtures that leadenrich ships, and the loop they are used with."""

pytest_plugins = ["leadenrich.testing.fixtures"]
