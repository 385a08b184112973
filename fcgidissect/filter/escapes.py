"""Quoted strings and characters: their text with escapes -> what they stand for, and back."""

import re

_LETTERS = {
    "a": b"\a",
    "b": b"\b",
    "f": b"\f",
    "n": b"\n",
    "r": b"\r",
    "t": b"\t",
    "v": b"\v",
    "\\": b"\\",
    "'": b"'",
    '"': b'"',
}
_ESCAPE = re.compile(
    r"\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{0,4})|U([0-9a-fA-F]{0,8})|(.))",
    re.DOTALL,
)


def quoted(lexeme: str) -> str:
    """The text of a string; raw with an `r` before it.

    Bytes that are no UTF-8 stand as lone surrogates, as in the values of fields.

    Raises:
        ValueError: an escape is none, or the text cannot be written as bytes.
    """
    inner = lexeme[lexeme.index('"') + 1 : -1]
    if lexeme[0] in "rR" or "\\" not in inner:
        return text_of(bytes_of(inner))
    return text_of(_unescaped(inner))


def character(lexeme: str) -> int:
    """The code of a character constant.

    Raises:
        ValueError: it holds none or several, or an escape is none.
    """
    inner = lexeme[1:-1]
    if not inner:
        raise ValueError("The character constant is empty.")
    code = _unescaped(inner)
    if len(code) != 1:
        raise ValueError(
            f'{lexeme} is more than one character: write "{inner}" for text.'
        )
    return code[0]


def written(text: str) -> str:
    """The text as a double-quoted string of the language."""
    return '"' + "".join(map(_written, text)) + '"'


def bytes_of(text: str) -> bytes:
    """Its UTF-8 bytes, lone surrogates as the bytes that they stand for.

    Raises:
        ValueError: a surrogate stands for no byte.
    """
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raise ValueError("The text has half a character, which is no byte.") from None


def text_of(data: bytes) -> str:
    """The other way round."""
    return data.decode("utf-8", "surrogateescape")


def _unescaped(inner: str) -> bytes:
    pieces: "list[bytes]" = []
    done = 0
    for escape in _ESCAPE.finditer(inner):
        pieces += bytes_of(inner[done : escape.start()]), _escaped(escape)
        done = escape.end()
    return b"".join([*pieces, bytes_of(inner[done:])])


def _escaped(escape: "re.Match[str]") -> bytes:
    octal, pair, short, long, letter = escape.groups()
    if octal or pair:
        return _byte(escape[0], int(octal, 8) if octal else int(pair, 16))
    if short is not None or long is not None:
        return _universal(escape[0], short if short is not None else long)
    if letter not in _LETTERS:
        raise ValueError(
            f'{escape[0]} is no escape of a string: write "\\{escape[0]}" or r"{escape[0]}".'
        )
    return _LETTERS[letter]


def _byte(escape: str, code: int) -> bytes:
    if code > 255:
        raise ValueError(f"{escape} is larger than 255.")
    return bytes((code,))


def _universal(escape: str, digits: str) -> bytes:
    wanted = 4 if escape[1] == "u" else 8
    if len(digits) != wanted:
        raise ValueError(f"{escape} needs {wanted} hexadecimal digits.")
    code = int(digits, 16)
    plain = code < 0xA0 and chr(code) not in "$@`"
    if plain or 0xD800 <= code < 0xE000 or code > 0x10FFFF:
        raise ValueError(f"{escape} is no universal character name.")
    return chr(code).encode()


def _written(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character.isprintable():
        return character
    return "".join(f"\\x{byte:02x}" for byte in bytes_of(character))
