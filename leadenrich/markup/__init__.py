"""What a notebook shows: tables and drawings as HTML that fits light and dark pages and escapes what is put in.

Colours are those of the page: text is `currentColor`, lines are a half-transparent grey. Nothing is loaded and no
script is in it.
"""

from leadenrich.markup.html import (
    MOST_ROWS,
    Markup,
    badge,
    block,
    folded,
    money,
    number,
    paragraph,
    seconds,
    share,
    table,
    text,
    word_list,
)

__all__ = [
    "MOST_ROWS",
    "Markup",
    "badge",
    "block",
    "folded",
    "money",
    "number",
    "paragraph",
    "seconds",
    "share",
    "table",
    "text",
    "word_list",
]
