"""Contents of PARAMS with the same names in, what they have in common out, as one function.

A web server sends the same names in the same order, and most of them with the same values.
What varies is found by its length alone, from one such value to the next; that all the rest
is as it was tells one comparison with the content put together anew.
"""

from itertools import count
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

from fcgidissect.fcgi.pairs import written
from fcgidissect.fcgi.params import are_names_usual, are_values_usual

LONGEST = 4096
"""Bytes of a content that a layout reads."""
WANTED = (b"REQUEST_METHOD", b"REQUEST_URI", b"CONTENT_LENGTH")
"""The params that are asked for of every request."""

Values = Tuple[bytes, ...]


_SHORT = [written(length) for length in range(0x80)]


class Learnt:
    """What was seen of contents with the same names, one after the other."""

    def __init__(self, names: "Tuple[bytes, ...]", values: "Sequence[bytes]") -> None:
        self.names = names
        self.usual = names_usual(names)
        """There is nothing to remark on the names."""
        self.values: "List[Optional[bytes]]" = list(values)
        """What each had in all contents so far; None where they differ."""
        self.looks = 0
        """How many there were since a layout was made of them, if ever."""

    def see(self, values: "Sequence[bytes]") -> None:
        """One more content."""
        self.looks += 1
        self.values = [
            value if value == known else None
            for value, known in zip(values, self.values)
        ]


def names_usual(names: "Tuple[bytes, ...]") -> bool:
    """Whether there is nothing to remark on names."""
    texts = [name.decode("utf-8", "surrogateescape") for name in names]
    return are_names_usual(tuple(texts))


class Layout:
    """How contents are laid out that differ in a few values alone."""

    __slots__ = ("names", "fixed", "places", "usual", "uses", "rest", "source", "read")

    def __init__(self, learnt: Learnt) -> None:
        self.names = learnt.names
        self.fixed: Values = tuple(v for v in learnt.values if v is not None)
        """The values that do not vary."""
        constant, varying = count(), count(len(self.fixed))
        self.places: "Dict[bytes, int]" = {
            name: next(varying if value is None else constant)
            for name, value in zip(self.names, learnt.values)
        }
        """Name -> its place among these and, behind them, the values that vary."""
        self.usual = learnt.usual and are_values_usual(b" ".join(self.fixed))
        """There is nothing to remark on the names and on what does not vary."""
        self.uses = 0
        self.source, named = self._written(learnt.values)
        self.rest: bytes = named["rest"]
        """What stands behind the last value that varies."""
        exec(self.source, named)
        self.read: "Callable[[bytes], Optional[Tuple[Any, ...]]]" = named["read"]
        """The `WANTED` of a content and all its values that vary, as one more tuple; None
        where it is laid out in another way."""

    def _written(
        self, values: "Sequence[Optional[bytes]]"
    ) -> "Tuple[str, Dict[str, Any]]":
        """The source of `read`, and what it names; no byte of a capture is in it."""
        named: "Dict[str, Any]" = {
            "_short": _SHORT,
            "_number": int.from_bytes,
            "_join": b"".join,
        }
        steps, parts, run = "", "", b""
        varying: "List[str]" = []
        for name, value in zip(self.names, values):
            run += written(len(name))
            if value is not None:
                run += written(len(value)) + name + value
                continue
            number = len(varying)
            steps += _STEP.format(number=number, run=len(run), name=len(name))
            parts += f"run{number}, length{number}, name{number}, value{number}, "
            named[f"run{number}"], named[f"name{number}"] = run, name
            varying.append(f"value{number}")
            run = b""
        named["rest"] = run
        wanted = [self._found(name, varying, named) for name in WANTED]
        found = ", ".join([*wanted, f"({''.join(each + ', ' for each in varying)})"])
        return _READ.format(steps=steps, rest=len(run), parts=parts, found=found), named

    def _found(self, name: bytes, varying: "List[str]", named: "Dict[str, Any]") -> str:
        """What stands for a param's value in the source."""
        place = self.places.get(name)
        if place is not None and place >= len(self.fixed):
            return varying[place - len(self.fixed)]
        word = name.decode().lower()
        named[word] = b"" if place is None else self.fixed[place]
        return word


_READ = """\
def read(content):
    if not content.endswith(rest):
        return None
    at = 0
    try:{steps}
        if at + {rest} == len(content) and content == _join(({parts}rest,)):
            return {found}
    except IndexError:  # no length where one should be, or longer than the content
        pass
    return None
"""
_STEP = """
        size = content[at + {run}]
        if size < 128:
            length{number} = _short[size]
            at += {run} + 1 + {name}
        else:
            length{number} = content[at + {run} : at + {run} + 4]
            size = _number(length{number}, "big") & 0x7FFFFFFF
            at += {run} + 4 + {name}
        value{number} = content[at : at + size]
        at += size"""
"""From behind one value that varies to behind the next."""
