"""Answers of agents as HTML: Markdown, cleaned of whatever could act, or fetch, in a browser."""

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

TAGS = {
    *("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "em", "strong", "s", "blockquote"),
    *("ul", "ol", "li", "code", "pre", "a", "table", "thead", "tbody", "tr", "th", "td"),
}
SCHEMES = {"http", "https", "mailto"}
# Beyond it, an answer is shown as it is: nobody reads that, and nobody waits for it.
LONGEST = 30_000

# Without images, `![chart](https://...)` is a link: to fetch one tells somebody that it was read.
_parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
_parser.disable("image")


def rendered(text: str) -> SafeString | None:
    """The text as HTML that is safe on a page; None where it is too long."""
    if len(text) > LONGEST:
        return None
    cleaned = nh3.clean(
        _parser.render(text),
        tags=TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes=SCHEMES,
        link_rel="nofollow noopener noreferrer",
    )
    return mark_safe(cleaned)
