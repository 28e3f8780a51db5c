"""Parts of a page that are shown anew (renewal.js), with nothing but the script."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

CASES = 300
# Begins with one HTML, shows the others one after the other; returns where something else stood.
SHOW = """async (all) => {
    const { Renewal } = await import("/static/console/renewal.js");
    const part = document.createElement("div");
    document.querySelector("main, body").append(part);
    part.innerHTML = all[0];
    const renewal = new Renewal(part);
    const wrong = all.slice(1).filter((html) => {
        const wanted = document.createElement("div");
        wanted.innerHTML = html;
        renewal.show(html);
        return part.innerHTML !== wanted.innerHTML;
    });
    part.remove();
    return wrong;
}"""
LONG = "word " * 4_000
# The same with a step in between, and a look at what has become of it.
STEP = """async ([before, step, after, look]) => {
    const { Renewal } = await import("/static/console/renewal.js");
    const part = document.createElement("div");
    document.querySelector("main, body").append(part);
    part.innerHTML = before;
    const renewal = new Renewal(part);
    eval(step);
    const whole = renewal.show(after);
    const found = [whole, eval(look)];
    getSelection().removeAllRanges();
    part.remove();
    return found;
}"""


@pytest.fixture(scope="module")
def blank(browser: Any, running: Any, session: Any) -> Iterator[Page]:
    """A page of the console."""
    state = session("ada")
    context = browser.new_context(base_url=running.address, storage_state=state)
    page = context.new_page()
    page.goto("/console/password_change/")
    yield page
    context.close()


def tree(chance: random.Random, depth: int = 3) -> str:
    """Some HTML: lists, sections with and without names, links that occur twice, words."""
    pieces = []
    for _ in range(chance.randrange(4)):
        inside = tree(chance, depth - 1) if depth else chance.choice("abc")
        mark = chance.choice(["", ' id="x{}"', ' aria-labelledby="y{}"', ' class="z{}"'])
        name = chance.choice(["div", "section", "ul", "li"])
        pieces.append(f"<{name}{mark.format(chance.randrange(3))}>{inside}</{name}>")
        pieces.append(chance.choice(["", f'<a href="/{chance.randrange(2)}">{inside[:0]}x</a>']))
    return "".join(pieces)


def test_what_is_shown_is_what_came(blank: Page) -> None:
    chance = random.Random(7)
    for _ in range(CASES):
        assert blank.evaluate(SHOW, [tree(chance) for _ in range(4)]) == []


FORM = (
    '<p>{0}</p><form><input type="hidden" name="csrfmiddlewaretoken" value="{0}">'
    '<input id="why"><button name="do" value="approve">Approve</button></form>'
)
LINKS = '<ul><li><a href="/1">{0}</a></li><li><a href="/1">{0}</a></li></ul>'
PRE = f'<div><pre class="verbatim" aria-label="Arguments">{{0}}{LONG}</pre></div>'
BLOCK = "part.querySelector('pre')"
FOLDED = '<details id="more"><summary>{0}</summary><p>{0}</p></details>'
SELECT = "getSelection().selectAllChildren(part.querySelector('p'))"


@pytest.mark.parametrize(
    ("html", "step", "look", "expected"),
    [
        (FORM, "part.querySelector('button').focus()", "document.activeElement.value", "approve"),
        (FORM, "", "part.querySelector('[type=hidden]').value", "2"),
        (
            LINKS,
            "part.querySelectorAll('a')[1].focus()",
            "[...part.querySelectorAll('a')].indexOf(document.activeElement)",
            1,
        ),
        (PRE, f"{BLOCK}.scrollTop = 40", f"{BLOCK}.scrollTop", 40),
        (FOLDED, "part.querySelector('details').open = true", "part.children[0].open", True),
    ],
)
def test_it_keeps_what_people_see(
    blank: Page, html: str, step: str, look: str, expected: object
) -> None:
    pair = html.replace("{0}", "1"), html.replace("{0}", "2")
    assert blank.evaluate(STEP, [pair[0], step, pair[1], look]) == [True, expected]


@pytest.mark.parametrize(
    ("step", "look", "expected"),
    [
        ("part.querySelector('#why').value = 'no'", "part.querySelector('#why').value", "no"),
        (SELECT, "part.querySelector('p').textContent", "1"),
    ],
)
def test_what_is_in_use_is_shown_later(blank: Page, step: str, look: str, expected: str) -> None:
    pair = FORM.replace("{0}", "1"), "<p>2</p>"
    assert blank.evaluate(STEP, [pair[0], step, pair[1], look]) == [False, expected]
