"""For authors of providers: drive a flow by hand, run case files, prove conformance, stand in for a vendor.

- `drive(flow, replies)`: step an operation without an engine.
- `signed(provider_id, body)`: the headers of a vendor's webhook, for a test of the route that takes it.
- `leadenrich.testing.cases`: case files, run through a real session.
- `leadenrich.testing.conformance`: what every provider must keep, as one call or as single checks.
- `leadenrich.testing.fixtures`: the same as pytest fixtures.
- `leadenrich.testing.ports`: what a rate limiter, a wallet or a cache of your own must keep.
- `python -m leadenrich.testing new acme`: a plugin to start from.
"""

from __future__ import annotations

from leadenrich.testing.drive import drive
from leadenrich.testing.webhooks import signed

__all__ = ["drive", "signed"]
