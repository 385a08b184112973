"""A WSGI application for uWSGI: each line of its answer is a yield of its own."""

from collections.abc import Callable, Iterator


def application(
    environ: dict[str, str], start_response: Callable[..., object]
) -> Iterator[bytes]:
    """Answer with the request's method and address, and some lines after it."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    yield f"{environ['REQUEST_METHOD']} {environ['REQUEST_URI']}\n".encode()
    for number in range(1, 4):
        yield f"line {number} of 3\n".encode()
