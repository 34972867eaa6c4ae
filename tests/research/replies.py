"""Replies of language models as their vendors write them, for tests that answer by hand."""

import json
from collections.abc import Callable
from typing import Any

import httpx


def in_turn(*answers: tuple[int, Any]) -> Callable[[httpx.Request, int], httpx.Response]:
    """Return what answers with one status and body after the other, the last one for ever."""
    left = list(answers)

    def answer(request: httpx.Request, count: int) -> httpx.Response:
        status, body = left.pop(0) if len(left) > 1 else left[0]
        return httpx.Response(status, json=body)

    return answer


def openai(answer: object, *, read: int = 9, written: int = 5, cached: int = 0, pages: tuple[str, ...] = ()) -> Any:
    """Return a finished response of OpenAI; text as it is, anything else as JSON."""
    text = answer if isinstance(answer, str) else json.dumps(answer)
    notes = [{"type": "url_citation", "url": url, "title": "A page"} for url in pages]
    content = [{"type": "output_text", "text": text, "annotations": notes}]
    output = [{"type": "message", "status": "completed", "role": "assistant", "content": content}]
    usage = {"input_tokens": read, "input_tokens_details": {"cached_tokens": cached}, "output_tokens": written}
    return {"id": "r", "status": "completed", "output": output, "usage": usage}


def claude(answer: object, *, stop: str = "end_turn", read: int = 9, written: int = 5) -> Any:
    """Return a message of Anthropic."""
    text = answer if isinstance(answer, str) else json.dumps(answer)
    usage = {"input_tokens": read, "output_tokens": written}
    content = [{"type": "text", "text": text}]
    return {"id": "m", "type": "message", "role": "assistant", "stop_reason": stop, "content": content, "usage": usage}


def claims(sure: int = 90, source: str | None = None, quote: str | None = None, **values: Any) -> dict[str, Any]:
    """Return an answer in the form that questions ask for: each value with how sure it is and where it is from."""
    cited = [{"url": source, **({} if quote is None else {"quote": quote})}] if source else []
    return {name: {"value": value, "confidence": sure, "sources": cited} for name, value in values.items()}
