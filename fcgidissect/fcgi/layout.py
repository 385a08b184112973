"""Contents of PARAMS with the same names in, what they have in common out, as one function.

A web server sends the same names in the same order, and most of them with the same values.
What varies is found by its length alone, from one such value to the next; that all the rest
is as it was tells one comparison with the content put together anew.
"""

from itertools import count
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple

from fcgidissect.fcgi.pairs import written
from fcgidissect.fcgi.params import (
    PRINTABLE,
    SOFTWARE,
    are_names_usual,
    are_values_usual,
)

LONGEST = 4096
"""Bytes of a content that a layout reads."""
WANTED = (b"REQUEST_METHOD", b"REQUEST_URI", b"CONTENT_LENGTH")
"""The params that are asked for of every request."""

Values = Tuple[bytes, ...]


class Glance(NamedTuple):
    """What one look at PARAMS tells; the last of several counts, as for php-fpm."""

    method: bytes
    """REQUEST_METHOD."""
    uri: bytes
    """REQUEST_URI."""
    content_length: bytes
    """CONTENT_LENGTH."""
    usual: bool
    """There is nothing to remark on any of them (see `params`)."""
    fixed: Values
    """Values that other contents have, too."""
    varying: Values
    """All the others."""
    places: "Dict[bytes, int]"
    """Name -> the place of its value among all of these."""

    @property
    def values(self) -> Values:
        """Those of all params."""
        return self.fixed + self.varying

    def param(self, name: str) -> Optional[str]:
        """The value of any param; the last of several."""
        place = self.places.get(name.encode("utf-8", "surrogateescape"))
        if place is None:
            return None
        return self.values[place].decode("utf-8", "surrogateescape")


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
        self.read: "Callable[[bytes], Optional[Glance]]" = named["read"]
        """What a content tells; None where it is laid out in another way."""

    def _written(
        self, values: "Sequence[Optional[bytes]]"
    ) -> "Tuple[str, Dict[str, Any]]":
        """The source of `read`, and what it names; no byte of a capture is in it."""
        named: "Dict[str, Any]" = {
            "number": int.from_bytes,
            "join": b"".join,
            "blank": b" ".join,
            "printable": PRINTABLE,
            "are_usual": are_values_usual,
            "new": tuple.__new__,
            "Glance": Glance,
            "fixed": self.fixed,
            "places": self.places,
        }
        steps, parts, run = "", "", b""
        varying: "List[str]" = []
        for name, value in zip(self.names, values):
            run += written(len(name))
            if value is not None:
                run += written(len(value)) + name + value
                continue
            number = len(varying)
            steps += _STEP.format(
                number=number,
                run=len(run),
                short=len(run) + 1 + len(name),
                long=len(run) + 4 + len(name),
            )
            parts += f"before{number}, value{number}, "
            named[f"run{number}"], named[f"name{number}"] = run, name
            named[f"befores{number}"] = [
                run + written(size) + name for size in range(0x80)
            ]
            varying.append(f"value{number}, ")
            run = b""
        named["rest"] = run
        wanted = "".join([self._found(name, varying, named) for name in WANTED])
        return (
            _READ.format(
                steps=steps or "\n        pass",
                rest=len(run),
                parts=parts,
                varying="".join(varying),
                usual=self._are_usual(),
                wanted=wanted,
            ),
            named,
        )

    def _found(self, name: bytes, varying: "List[str]", named: "Dict[str, Any]") -> str:
        """What stands for a param's value in the source."""
        place = self.places.get(name)
        if place is not None and place >= len(self.fixed):
            return varying[place - len(self.fixed)]
        word = name.decode().lower()
        named[word] = b"" if place is None else self.fixed[place]
        return word + ", "

    def _are_usual(self) -> str:
        """What asks in the source whether there is nothing to remark."""
        if not self.usual:
            return "False"
        if self.places.get(SOFTWARE, 0) >= len(self.fixed):
            return "are_usual(blank(varying))"
        # Where the server's software is known, to be printable is enough.
        return (
            "not blank(varying).translate(None, printable) or are_usual(blank(varying))"
        )


_READ = """\
def read(content):
    if not content.endswith(rest):
        return None
    at = 0
    try:{steps}
    except IndexError:  # no length where one should be
        return None
    if at + {rest} != len(content) or content != join(({parts}rest,)):
        return None
    varying = ({varying})
    return new(Glance, ({wanted}{usual}, fixed, varying, places))
"""
_STEP = """
        size = content[at + {run}]
        if size < 128:
            before{number} = befores{number}[size]
            begin = at + {short}
        else:
            length = content[at + {run} : at + {run} + 4]
            before{number} = run{number} + length + name{number}
            size = number(length, "big") & 0x7FFFFFFF
            begin = at + {long}
        at = begin + size
        value{number} = content[begin:at]"""
"""From behind one value that varies to behind the next."""
