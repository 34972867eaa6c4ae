"""The names of language models' purses: `"<model>:<kind>"`, the kind with what makes its tokens cheaper or dearer."""

from __future__ import annotations

_BATCH, _LONG = "batch_", "long_"
_CACHE = ("cached_", "kept_")


def kinds_like(kind: str) -> list[str]:
    """Return a kind of token and those whose price it has where it has none of its own, the nearest first.

    `"batch_long_cached_input_tokens"` costs as it does outside of a batch, else as input of a long prompt that is in no
    cache, else as any input.
    """
    now = kind.removeprefix(_BATCH)
    long = now.startswith(_LONG)
    bare = now.removeprefix(_LONG)
    plain = next((bare.removeprefix(one) for one in _CACHE if bare.startswith(one)), bare)
    return list(dict.fromkeys((kind, now, f"{_LONG}{plain}" if long else plain, plain)))


def plain_kind(kind: str) -> str:
    """Return a kind of token without what makes it cheaper or dearer: input_tokens, output_tokens."""
    return kinds_like(kind)[-1]
