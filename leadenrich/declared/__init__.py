"""Providers without code: any JSON-over-HTTP vendor or in-house API, described in a file under version control."""

from leadenrich.declared.provider import DeclaredProvider

__all__ = ["DeclaredProvider"]
