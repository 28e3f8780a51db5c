"""No tokeniser makes more tokens of a text than are counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.tokens import at_most

# The most that one of GPT-4's, GPT-4o's, Claude's, Gemma 3's, Llama 2's and Qwen 3's makes of it,
# without the space that Llama 2 puts before a text. Gemma, Llama 2 and Qwen make a token of each
# digit, GPT up to three digits one; all begin anew where letters, digits and signs meet.
KNOWN = [
    ("1,2,3,1,2,3,1,2,3,1,2,3,", 24),
    ("3.14159265358979", 16),
    ("2026-11-26T06:30:00Z", 20),
    ("192.168.100.254", 15),
    ("2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881", 58),
    ("41529076-9594-460e-2e48-5922904f345d", 36),
    ("de ad be ef 0a 1b c3 d4", 14),
    ("0x7fff5fbff8c0", 10),
    ("WU5RmuSZMSspQzt92Kl/8Gje/LqXVbbV0A6ExSTWewY=", 34),
    ('{"a":1,"b":[2.5,3]}', 13),
    ("x=1;y=2;z=x+y", 13),
    ("a1b2c3d4e5f6", 12),
    ("|---|---|\n| 1 | 2 |\n", 12),
    ("+49 (0)30 1234567", 16),
    ("HTTP/1.1 404 Not Found", 10),
    ("$1,234,567.89", 13),
    ("6.02e23\t1.6e-19\n", 16),
    ("1 2 3 4 5 6 7 8", 15),
    ("Summarise the overnight alerts, host by host.", 11),
    ('["7","42","0"]', 8),
    ('{"type": "object", "required": ["a", "b"]}', 16),
    ("Würde und Rechte: alle Menschen sind gleich", 11),
    ("天下大势分久必合合久必分", 15),
    ("吾輩は猫である名前はまだ無い", 19),
    ("모든 인간은 태어날 때부터 자유롭다", 22),
    ("सभी मनुष्यों को जन्मजात स्वतन्त्रता प्राप्त है", 50),
]


@pytest.mark.parametrize(("text", "most"), KNOWN)
def test_no_fewer_than_any_tokeniser_makes(text: str, most: int) -> None:
    assert at_most(text) >= most


@pytest.mark.parametrize(
    ("text", "count"),
    [
        *(("", 0), ("abc", 1), ("abcd", 2), ("say hello", 3), ("1", 1), ("abc 1", 3)),
        *(("é", 1), ("中文", 4), ("\U0001f600", 3), ("\ud800", 2)),
    ],
)
def test_what_counts(text: str, count: int) -> None:
    assert at_most(text) == count


def test_plain_words_are_not_taken_for_much_more() -> None:
    text = "It was the best of times, it was the worst of times, it was the age of wisdom. " * 9
    assert at_most(text) < 0.4 * len(text)


@given(st.text() | st.text('aA 0.,"é中'))
def test_no_token_is_shorter_than_a_byte(text: str) -> None:
    size = len(text.encode("utf-8", "surrogatepass"))
    assert size / 3 <= at_most(text) <= size


@given(st.text(), st.text())
def test_more_text_has_no_fewer(text: str, more: str) -> None:
    assert at_most(text) <= at_most(text + more) <= at_most(text) + at_most(more) + 2
