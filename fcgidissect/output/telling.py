"""A node comes in; its line, its bare value and its bytes as digits go out.

A writer that asks a `Telling` for them can be given places instead of what varies from frame
to frame: see `frame_text`.
"""

from typing import Callable, Sequence

from fcgidissect.text import iso, shower
from fcgidissect.tree import Node, Section


class Telling:
    """What a node has to tell, as it is."""

    def line(self, node: Node) -> str:
        """The whole line, for the eye."""
        return node.text

    def show(self, node: Node) -> str:
        """The bare value; bytes with colons, as tshark has them in PDML."""
        if node.field is None or node.value is None:
            return ""
        if isinstance(node.value, bytes) and node.field.kind.name == "BYTES":
            return node.value.hex(":")
        return shower(node.field)(node.value)

    def varies(self, node: Node) -> bool:
        """Whether that is a place."""
        return False

    def moment(self, node: Node) -> str:
        """A point in time after ISO 8601."""
        assert isinstance(node.value, int)
        return iso(node.value)

    def raw(self, node: Node, data: bytes) -> str:
        """Its bytes in its section's data, as hexadecimal digits."""
        return data[node.start : node.start + node.length].hex()

    def size(self, node: Node) -> str:
        """How many they are."""
        return str(node.length)


AS_IT_IS = Telling()
Write = Callable[[Sequence[Section], Telling], str]
"""What a writer makes of protocols."""
