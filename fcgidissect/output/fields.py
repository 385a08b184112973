"""The registry comes in, the list of fields for people goes out (`--fields`)."""

from fcgidissect.fields import (
    BOOLEAN,
    PROTOCOL,
    UINT8,
    UINT16,
    UINT32,
    UINT64,
    Field,
)
from fcgidissect.registry import Fields


def table(registry: Fields, prefix: str) -> str:
    """Name, type, label and doc of each field whose name begins so, in columns."""
    rows = [
        (field.name, field.kind.name, field.title, field.doc)
        for field in registry
        if field.name.startswith(prefix)
    ]
    widths = [max((len(row[at]) for row in rows), default=0) for at in range(3)]
    return "".join(
        "  ".join(
            [text.ljust(width) for text, width in zip(row, widths)] + [row[3]]
        ).rstrip()
        + "\n"
        for row in rows
    )


def glossary(registry: Fields) -> str:
    """The fields in the lines of `tshark -G fields`."""
    return "".join(["\t".join(_line(field)) + "\n" for field in registry])


def _line(field: Field) -> "list[str]":
    kind = field.kind
    if kind == PROTOCOL:
        return ["P", field.title, field.name]
    protocol = field.name.partition(".")[0]
    base = "BASE_HEX" if field.base == 16 else "BASE_DEC" if kind in _NUMBERS else ""
    base = "8" if kind == BOOLEAN else base
    line = ["F", field.title, field.name, f"FT_{kind.name}", protocol, base, "0x0"]
    return [*line, field.doc]


_NUMBERS = (UINT8, UINT16, UINT32, UINT64)
