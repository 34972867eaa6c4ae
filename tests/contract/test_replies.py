"""What a reply is to an adapter: numbers that come as text, refusals that come without JSON."""

from typing import Any

import httpx
import pytest

import leadenrich as le
from leadenrich.contract import InvalidReplyError, Reply, whole_number
from tests.engine.vendors import Server


@pytest.mark.parametrize(
    ("said", "number"),
    [(81, 81), ("81", 81), (81.0, 81), ("81.0", 81), (0, 0)]
    + [(odd, None) for odd in (None, "", True, "1,081", 8.5, -1, "NaN", "Infinity", [81], {"n": 81})],
)
def test_a_whole_number_may_come_as_text(said: Any, number: int | None) -> None:
    assert whole_number(said) == number


def test_a_refusal_may_come_without_json_and_a_good_reply_may_not() -> None:
    assert Reply(404, content=b"<html>Not Found</html>").json is None
    assert Reply(404, content=b"").json is None
    with pytest.raises(InvalidReplyError, match="the reply is not JSON"):
        _ = Reply(200, content=b"<html>Welcome</html>").json


@pytest.mark.parametrize(
    "reply",
    [
        httpx.Response(400, json=[{"status": 400, "code": "MD101", "message": "no such field"}]),
        httpx.Response(400, json={"message": "no such field"}),
        httpx.Response(400, text="no such field"),
    ],
)
async def test_an_error_says_what_the_vendor_says_be_it_in_a_list_or_in_plain_text(reply: httpx.Response) -> None:
    async with le.Session({"opencorporates": "key-for-tests"}, transport=Server({"/": reply})) as session:
        with pytest.raises(le.ProviderError) as raised:
            await session.call("opencorporates", "search_people", {"full_name": "Mira Okafor"})
    assert raised.value.detail == "no such field"
