"""Answers of agents as HTML: what could act in a browser, or fetch something, never gets there."""

from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.markdown import LONGEST, SCHEMES, TAGS, rendered


class Seen(HTMLParser):
    """The elements of some HTML, with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, Any]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))


def elements(text: str) -> list[tuple[str, dict[str, Any]]]:
    html = rendered(text)
    assert html is not None
    return Seen(html).elements


def test_markdown() -> None:
    html = rendered("# Hi\n\n- *one*\n- `two`\n\n|a|b|\n|-|-|\n|1|2|\n\n~~old~~")
    for wanted in ("<h1>Hi</h1>", "<em>one</em>", "<code>two</code>", "<td>2</td>", "<s>old</s>"):
        assert wanted in str(html)


def test_links_name_nobody_and_vouch_for_nothing() -> None:
    ((_, _), (tag, attributes)) = elements("[here](https://example.com/)")
    assert tag == "a"
    assert attributes["rel"] == "nofollow noopener noreferrer"


def test_images_are_links() -> None:
    assert [tag for tag, _ in elements("![chart](https://example.com/x.png)")] == ["p", "a"]


NASTY = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt&colon;alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "<javascript:alert(1)>",
    '[x](https://a.example "onmouseover=alert(1) x=")',
    '[x](https://a.example/"onmouseover="alert(1))',
    "```\n</code></pre><script>alert(1)</script>\n```",
    "``` x onclick=alert(1)\na\n```",
    "<style>*{background:url(https://a.example)}</style>",
    "<iframe src=https://a.example></iframe>",
    "[a]: javascript:alert(1)\n\n[a]",
    "![x](https://a.example/onerror=alert(1))",
    "<form action=https://a.example><input name=password></form>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<math><mtext></p><script>alert(1)</script>",
]
PIECES = st.lists(
    st.sampled_from([*NASTY, "[", "](", ")", "<", ">", '"', "`", "*", "\n", "\\", "&#106;", "\0"])
    | st.text(max_size=5)
)


def test_links_with_a_scheme_that_acts_are_none() -> None:
    assert all(tag != "a" for text in NASTY[3:8] for tag, _ in elements(text))


@given(PIECES)
def test_nothing_acts_or_fetches(pieces: list[str]) -> None:
    for text in ("".join(pieces), "\n".join(pieces)):
        for tag, attributes in elements(text):
            assert tag in TAGS
            assert set(attributes) <= {"href", "title", "rel", "start"}
            scheme, colon, _ = attributes.get("href", "").partition(":")
            assert not colon or scheme.lower() in SCHEMES or "/" in scheme or "#" in scheme


@pytest.mark.parametrize("more", [0, 1])
def test_what_is_very_long_stays_as_it_is(more: int) -> None:
    assert (rendered("a" * (LONGEST + more)) is None) == bool(more)
