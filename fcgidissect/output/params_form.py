"""A look at PARAMS comes in, what others that are laid out like them have in common goes out.

From request to request the names are the same and most of the values, too, and so the look
was at a layout: who writes params makes templates of what that fixes, with gaps for what
varies. Of params of one name the last one counts.
"""

from typing import Any, Callable, Dict, Generic, Optional, TypeVar

from fcgidissect.fcgi.brief_known import TOLD_BY
from fcgidissect.fcgi.glance import Glance
from fcgidissect.memo import Memo
from fcgidissect.output.template import picker

LENGTH = b"CONTENT_LENGTH"
_TOLD_BY = {told: [name.encode() for name in names] for told, names in TOLD_BY.items()}
_MOST = 64
"""Layouts and lists of names that are remembered, each of at most `brief.LONGEST` bytes."""


class Form:
    """What is fixed and what varies in params that are laid out alike."""

    def __init__(self, seen: Glance) -> None:
        self._seen = seen
        """It keeps their order, so that nothing else has that's `id`."""
        fixed, places = len(seen.fixed), seen.order.places
        self.values: "Dict[bytes, Optional[bytes]]" = {
            name: seen.fixed[place] if place < fixed else None
            for name, place in places.items()
        }
        """Name -> its value; None where it varies."""
        self.places = {
            name: place - fixed for name, place in places.items() if place >= fixed
        }
        """Name -> its place among the values that vary."""
        self.told_by: "Dict[str, bytes]" = {}
        """What is known of a request -> the name of the param that tells it."""
        choices = []
        for told, names in _TOLD_BY.items():
            found = [
                name
                for name in names
                if name in self.values
                and (self.values[name] != b"" or name == names[-1])
            ]
            if found:
                self.told_by[told] = found[0]
                if found[0] != names[-1] and found[0] in self.places:
                    choices.append(self.places[found[0]])
        self.choices = picker(choices) if choices else None
        """What takes those values in whose place others stand, or none, when they are empty."""


Made = TypeVar("Made", bound=Form)


class Forms(Generic[Made]):
    """The forms of what is laid out; made when something is that was so before."""

    def __init__(self, make: "Callable[[Glance], Made]") -> None:
        self._make = make
        self._made: "Memo[Any, Optional[Made]]" = Memo(_MOST)
        """`id` of a layout's order, or the names where all values vary -> the form."""

    def of(self, seen: Glance) -> Optional[Made]:
        """That of what was looked at, if there was something like it before."""
        key: Any = id(seen.order) if seen.fixed else seen.order.names
        form = self._made.get(key)
        return self._remember(key, seen) if form is None else form

    def _remember(self, key: Any, seen: Glance) -> Optional[Made]:
        form = self._make(seen) if key in self._made else None
        self._made[key] = form
        return form
