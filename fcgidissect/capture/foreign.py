"""The first bytes of a file that is no capture in, what it looks like out."""


def description(head: bytes) -> str:
    """What a file that begins with `head` looks like, in a few words."""
    return f"it begins with {head[:8].hex(' ')}"
