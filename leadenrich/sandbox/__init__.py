"""Every vendor offline: one seeded, invented world and a small fake server for each vendor."""
