"""The registry comes in, the list of fields for people goes out (`--fields`)."""

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
