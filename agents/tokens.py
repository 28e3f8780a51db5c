"""Pure: how many tokens a text has at most, whatever the tokeniser."""

# Kinds of bytes. Quotation marks are as good as letters: in JSON another sign goes with each.
LOWER, CAPITAL, SPACE, OTHER, PLAIN = b"a", b"A", b" ", b"0", b"u"
# Where a third of a token for each byte does not do, and two more are counted: each digit, sign
# and capital; a word that begins right after one; a space that no word takes in; a single letter
# before a digit.
SHORT = (OTHER, CAPITAL, OTHER + LOWER, CAPITAL + LOWER, SPACE + OTHER, SPACE + LOWER + OTHER)


def _kind(character: str) -> bytes:
    if not character.isascii() or character == '"':
        return PLAIN
    if character.isalpha():
        return LOWER if character.islower() else CAPITAL
    return SPACE if character == " " else OTHER


KINDS = b"".join(_kind(chr(byte)) for byte in range(256))


def at_most(text: str) -> int:
    """How many tokens the text has at most, in all likelihood.

    No token has less than a byte. Those of words have three, with the space before them; of other
    scripts a character has one to two and a third, by its length in UTF-8.
    """
    data = text.encode("utf-8", "surrogatepass")
    short = sum(map(data.translate(KINDS).count, SHORT))
    thirds = len(data) + 2 * short + (len(data) - len(text))
    return -(-thirds // 3)
