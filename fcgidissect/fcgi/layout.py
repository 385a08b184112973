"""Contents of PARAMS with the same names in, what they have in common out, as one function.

A web server sends the same names in the same order, and most of them with the same values.
What varies is found by its length alone, from one such value to the next; that all the rest
is as it was tells one comparison with the content put together anew.
"""

from functools import cached_property
from itertools import count
from typing import (
    Any,
    Callable,
    Dict,
    Iterable,
    List,
    NamedTuple,
    Optional,
    Sequence,
    Tuple,
)

from fcgidissect.fcgi.pairs import written
from fcgidissect.fcgi.params import (
    PRINTABLE,
    SOFTWARE,
    are_values_usual,
    names_of,
)
from fcgidissect.notes import Note

LONGEST = 4096
"""Bytes of a content of which a layout is made."""
WANTED = (b"REQUEST_METHOD", b"REQUEST_URI", b"CONTENT_LENGTH")
"""The params that are asked for of every request."""

Values = Tuple[bytes, ...]


class Order:
    """The names of params as they stand on the wire, and where the value of each is.

    Args:
        names: undecoded.
        places: of their values, in the same order; one behind the other where None.
    """

    def __init__(self, names: Values, places: "Optional[Sequence[int]]" = None) -> None:
        self.names = names
        self._places = range(len(names)) if places is None else places

    @cached_property
    def places(self) -> "Dict[bytes, int]":
        """Name -> the place of its value; the last one's of several."""
        return dict(self.pairs)

    @property
    def pairs(self) -> "Iterable[Tuple[bytes, int]]":
        """Each name with that place, in the order of the wire."""
        return zip(self.names, self._places)


class Glance(NamedTuple):
    """What one look at PARAMS tells; the last of several counts, as for php-fpm."""

    method: bytes
    """REQUEST_METHOD."""
    uri: bytes
    """REQUEST_URI."""
    content_length: bytes
    """CONTENT_LENGTH."""
    usual: bool
    """There is nothing to remark on any of them (see `params`), and each is there once."""
    remarks: "Optional[Tuple[Note, ...]]"
    """What there is to remark; None where that takes a look at each value."""
    fixed: Values
    """Values that other contents have, too."""
    varying: Values
    """All the others."""
    order: Order
    """Where among all of these each param has its own."""

    @property
    def values(self) -> Values:
        """Those of all params."""
        return self.fixed + self.varying

    @property
    def distinct(self) -> bool:
        """Each param is there once."""
        return len(self.order.places) == len(self.order.names)

    def param(self, name: str) -> Optional[str]:
        """The value of any param; the last of several."""
        place = self.order.places.get(name.encode("utf-8", "surrogateescape"))
        if place is None:
            return None
        fixed = self.fixed
        known = place < len(fixed)  # to put all values together would take longer
        value = fixed[place] if known else self.varying[place - len(fixed)]
        return value.decode("utf-8", "surrogateescape")


class Learnt:
    """What was seen of contents with the same names, one after the other."""

    def __init__(self, names: "Tuple[bytes, ...]", values: "Sequence[bytes]") -> None:
        self.names = names
        self.told = names_of(names)
        """What the names tell of what there is to remark."""
        self.values: "List[Optional[bytes]]" = list(values)
        """What each had in all contents so far; None where they differ."""
        self.looks = 1
        """How many there were since a layout was made of them, if ever."""

    def see(self, values: "Sequence[bytes]") -> None:
        """One more content."""
        self.looks += 1
        self.values = [
            value if value == known else None
            for value, known in zip(values, self.values)
        ]


class Layout:
    """How contents are laid out that differ in a few values alone."""

    __slots__ = ("fixed", "order", "rest", "source", "read", "_told")

    def __init__(self, learnt: Learnt) -> None:
        self.fixed: Values = tuple(v for v in learnt.values if v is not None)
        """The values that do not vary."""
        constant, varying = count(), count(len(self.fixed))
        self.order = Order(
            learnt.names,
            [next(varying if v is None else constant) for v in learnt.values],
        )
        """The places of these and, behind them, of the values that vary."""
        self._told = learnt.told
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
            "told": self._told.told,
            "new": tuple.__new__,
            "Glance": Glance,
            "fixed": self.fixed,
            "order": self.order,
            "nothing": b"",
        }
        steps, parts, run = "", "", b""
        words: "List[str]" = []
        varying = 0
        for name, value in zip(self.order.names, values):
            run += written(len(name))
            if value is not None:
                run += written(len(value)) + name + value
                words.append(f"fixed{len(words)}")
                named[words[-1]] = value
                continue
            steps += _STEP.format(
                number=varying,
                run=len(run),
                short=len(run) + 1 + len(name),
                long=len(run) + 4 + len(name),
            )
            parts += f"before{varying}, value{varying}, "
            named[f"run{varying}"], named[f"name{varying}"] = run, name
            named[f"befores{varying}"] = [
                run + written(size) + name for size in range(0x80)
            ]
            words.append(f"value{varying}")
            varying += 1
            run = b""
        named["rest"] = run
        word_of = dict(zip(self.order.names, words))
        return (
            _READ.format(
                steps=steps or "\n        pass",
                rest=len(run),
                parts=parts,
                varying=_listed(_varying(words)),
                remarks=self._remarks(words, named),
                usual="remarks is not None" if self._told.usual else "False",
                wanted=_listed([word_of.get(name, "nothing") for name in WANTED]),
            ),
            named,
        )

    def _remarks(self, words: "List[str]", named: "Dict[str, Any]") -> str:
        """What tells in the source what there is to remark.

        Args:
            words: what stands there for each value.
        """
        told = self._told
        same = told.remarks([named.get(word, b"") for word in words])
        if same is None:
            return "None"
        # 1. Where all that varies is usual, this.
        telling = [words[place] for place in told.telling]
        if _varying(telling):
            remarks = f"told(({_listed(telling)}))"
        else:
            remarks, named["same"] = "same", same
        # 2. Where the server's software is known, to be printable is enough for that.
        varying = [at for at, word in enumerate(words) if word.startswith("value")]
        others = [words[at] for at in varying if at not in told.settings]
        every = len(others) == len(varying)
        values = "blank(varying)" if every else f"blank(({_listed(others)}))"
        usual = f"are_usual({values})"
        if SOFTWARE not in [self.order.names[at] for at in varying]:
            usual = f"not {values}.translate(None, printable) or {usual}"
        return f"{remarks} if {usual} else None"


def _varying(words: "List[str]") -> "List[str]":
    """Those of them that stand for what varies."""
    return [word for word in words if word.startswith("value")]


def _listed(words: "List[str]") -> str:
    return "".join([f"{word}, " for word in words])


_READ = """\
def read(content):
    at = 0
    try:{steps}
    except IndexError:  # no length where one should be
        return None
    if at + {rest} != len(content) or content != join(({parts}rest,)):
        return None
    varying = ({varying})
    remarks = {remarks}
    return new(Glance, ({wanted}{usual}, remarks, fixed, varying, order))
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
