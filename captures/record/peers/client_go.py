"""Scenes with an application on Go's net/http/fcgi: python3 client_go.py SCENE PORT."""

from client import ask, ended, environment, get_values, params, play, request, stdin
from fastcgi import Peer, Role, Type, begin, pairs, record


def get_values_go(peer: Peer) -> None:
    """GET_VALUES of all three variables; its result, and an empty one after it."""
    get_values(peer, results=2)


def unknown_type_in_request(peer: Peer) -> None:
    """A record of type 99 with a request's id, between its PARAMS and its STDIN."""
    peer.send(begin(1, keep=False), params(1, environment("/unknown/type")))
    peer.send(record(99, 1, b"what is this?"))
    peer.until(Type.UNKNOWN_TYPE)
    peer.send(stdin(1))
    peer.until(Type.END_REQUEST)
    ended(peer)


def multiplex(peer: Peer) -> None:
    """Three requests at once, their records interleaved; the answers come in turns."""
    bodies = {1: b"first " * 20, 2: b"second" * 20, 300: b"third " * 20}
    waits = {1: "turns=4&pause=30", 2: "turns=2&pause=45", 300: "turns=3&pause=20"}
    contents = {
        number: pairs(environment(f"/request/{number}?{waits[number]}", body))
        for number, body in bodies.items()
    }
    peer.send(*(begin(number) for number in bodies))
    for start in range(0, max(map(len, contents.values())), 100):
        for number, content in contents.items():
            piece = content[start : start + 100]
            peer.send(record(Type.PARAMS, number, piece) if piece else b"")
    peer.send(*(record(Type.PARAMS, number) for number in bodies))
    for start in (0, 60):
        for number in reversed(bodies):
            piece = bodies[number][start : start + 60]
            peer.send(record(Type.STDIN, number, piece))
    peer.send(*(record(Type.STDIN, number) for number in bodies))
    peer.until(Type.END_REQUEST, 3)


def abort(peer: Peer) -> None:
    """ABORT_REQUEST before STDIN, amid STDIN, and in time for nothing; a request after."""
    peer.send(begin(1), params(1, environment("/aborted/before/stdin")))
    peer.send(record(Type.ABORT_REQUEST, 1))
    peer.until(Type.END_REQUEST)
    values = environment("/aborted/amid/stdin", b"x" * 3000)
    peer.send(begin(2), params(2, values), record(Type.STDIN, 2, b"x" * 1000))
    peer.send(record(Type.ABORT_REQUEST, 2))
    peer.until(Type.END_REQUEST, 2)
    peer.send(request(3, "/aborted/too/late"), record(Type.ABORT_REQUEST, 3))
    peer.until(Type.END_REQUEST)
    ask(peer, 4, "/after/abort", keep=False)
    ended(peer)


def unknown_role(peer: Peer) -> None:
    """Requests for an Authorizer, a Filter and role 9, then for a Responder."""
    for request_id, role in enumerate((Role.AUTHORIZER, Role.FILTER, 9), 1):
        peer.send(begin(request_id, role), params(request_id, environment("/role")))
        peer.send(stdin(request_id))
        peer.until(Type.END_REQUEST)
    ask(peer, 4, "/role", keep=False)
    ended(peer)


def padding_client(peer: Peer) -> None:
    """Every record, the empty ones too, with padding 255; STDIN holds 65,535 bytes."""
    body = (b"padding is not content. " * 2800)[:65535]
    values = pairs(environment("/padding", body + b"the end"))
    peer.send(begin(1, keep=False, padding=255))
    for kind, *contents in (
        (Type.PARAMS, values[:77], values[77:], b""),
        (Type.STDIN, body, b"the end", b""),
    ):
        peer.send(*(record(kind, 1, content, 255) for content in contents))
    peer.until(Type.END_REQUEST)
    ended(peer)


if __name__ == "__main__":
    play(
        get_values_go,
        unknown_type_in_request,
        multiplex,
        abort,
        unknown_role,
        padding_client,
    )
