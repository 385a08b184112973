"""Text to tokens."""

import pytest

from fcgidissect.filter.scan import scan

KINDS = [
    ("", []),
    (" \t\r\n", []),
    ("fcgi.type==4", ["word", "==", "word"]),
    ("a eq b", ["word", "==", "word"]),
    ("a!==b", ["word", "!==", "word"]),
    ("a!=b", ["word", "!=", "word"]),
    ("a~=b", ["word", "!==", "word"]),
    ("a ~ b", ["word", "matches", "word"]),
    ("!a&&b||c^^d", ["not", "word", "and", "word", "or", "word", "xor", "word"]),
    ("a & b", ["word", "&", "word"]),
    ("a bitand b bitwise_and c", ["word", "&", "word", "&", "word"]),
    ("in{1..4}", ["in", "{", "word", "..", "word", "}"]),
    ("1...4", ["word", "..", "word"]),
    ("a-b a -b", ["word", "word", "-", "word"]),
    ("a+b*c/d%e", ["word", "+", "word", "*", "word", "/", "word", "%", "word"]),
    ("${a} $b @c", ["${", "word", "}", "$", "word", "@", "word"]),
    ("x[1:2][3]", ["word", "slice", "slice"]),
    ("x#1 y#[1-2]", ["word", "layer", "word", "layer"]),
    ('r"a\\"b" R"c"', ["string", "string"]),
    ("'a' '\\'' \"\"", ["character", "character", "string"]),
    ("AND EQ", ["word", "word"]),
    ("android notice int allow", ["word", "word", "word", "word"]),
]

WORDS = [
    "fcgi.type",
    ".fcgi.type",
    "mac-lte",
    "10.0.0.9",
    "10.0.0.9/8",
    "00:0b:cd",
    "00:",
    ":fc",
    "::1",
    "::",
    "fe80::1/64",
    "::ffff:10.0.0.1",
    "000b.cd82.8f86",
    "01-02-03",
    "0x1F",
    "1.5",
    "2010-07-29",
]

WRONG = [
    ("a = b", 'A single "=" is no operator: write "==".', 2),
    ("a == :", '":" has no meaning here.', 5),
    ("a | b", 'A single "|" is no operator: write "or" or "||".', 2),
    ("a ^ b", 'A single "^" is no operator: write "xor" or "^^".', 2),
    ("a ; b", '";" has no meaning here.', 2),
    ('a == "b', "The string is not closed: its last quote is missing.", 5),
    ("a == 'b", "The character is not closed: its last quote is missing.", 5),
    ("a[1", 'The slice is not closed: a "]" is missing.', 1),
    ("a]", '"]" has no meaning here.', 1),
    (
        "a\x00",
        "Other than printable ASCII characters must stand inside double quotes.",
        1,
    ),
    (
        "\u00e9",
        "Other than printable ASCII characters must stand inside double quotes.",
        0,
    ),
    (
        "a# 1",
        "A layer is a number or a range in brackets directly behind the #: x#1, x#[1-2].",
        1,
    ),
]


@pytest.mark.parametrize("text, kinds", KINDS)
def test_kinds(text: str, kinds: "list[str]") -> None:
    tokens = scan(text)
    assert tokens[-1] == ("end", "", len(text), len(text), None)
    assert [token.kind for token in tokens[:-1]] == kinds
    assert all(text[token.start : token.end] == token.text for token in tokens)


@pytest.mark.parametrize("word", WORDS)
def test_one_word(word: str) -> None:
    first, end = scan(word)
    assert (first.kind, first.text, first.span) == ("word", word, (0, len(word)))


@pytest.mark.parametrize("text, message, start", WRONG)
def test_wrong(text: str, message: str, start: int) -> None:
    *_, token, end = scan(text)
    assert (token.kind, end.kind) == ("wrong", "end")
    assert (token.value, token.start) == (message, start)


def test_a_raw_string_cannot_end_in_a_backslash() -> None:
    assert [token.kind for token in scan('r"a\\"')] == ["word", "wrong", "end"]
