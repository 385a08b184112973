"""What was learnt of PARAMS, for tests that begin without it."""

from fcgidissect.fcgi import glance


def forget() -> None:
    """Begin anew."""
    glance._layouts.clear()
    glance._by_end.clear()
    glance._by_no_end.clear()
    glance._learnt.clear()
