"""Scenes with an application on libfcgi: python3 client_libfcgi.py SCENE PORT."""

import time

from client import VARIABLES, ask, ended, environment, params, play, stdin
from fastcgi import Peer, Role, Type, begin, connect, length, pair, pairs, record


def get_values_libfcgi(peer: Peer) -> None:
    """GET_VALUES of three variables, of one and an unknown one; then a request.

    All in one go: libfcgi answers GET_VALUES only when it reads the next header.
    """
    peer.send(record(Type.GET_VALUES, 0, pairs(VARIABLES)))
    peer.send(record(Type.GET_VALUES, 0, pairs({"FCGI_MAX_REQS": "", "COLOUR": ""})))
    ask(peer, 1, "/after/values", keep=False)
    ended(peer)


def unknown_type(peer: Peer) -> None:
    """Empty management records of the types 12, 99 and 255; a request; one with content.

    libfcgi does not skip an unknown record's content: it takes it for a header and
    closes.
    """
    for kind, padded in ((12, 0), (99, 0), (255, 8)):
        peer.send(record(kind, 0, padding=padded))
        peer.until(Type.UNKNOWN_TYPE)
    ask(peer, 1, "/after/unknown")
    peer.send(record(99, 0, b"what is this?"))
    ended(peer)


def filter_data(peer: Peer) -> None:
    """A Filter's request, DATA in two records, and one whose DATA is too short."""
    poem = b"A host is a host\nfrom coast to coast\n"
    for request_id, size in ((1, len(poem)), (2, 400)):
        values = environment(
            "/poem.txt",
            b"shout",
            FCGI_DATA_LAST_MOD="1795465607",
            FCGI_DATA_LENGTH=str(size),
        )
        peer.send(begin(request_id, Role.FILTER), params(request_id, values))
        peer.send(stdin(request_id, b"shout"))
        peer.send(record(Type.DATA, request_id, poem[:17]))
        peer.send(record(Type.DATA, request_id, poem[17:], padding=4))
        peer.send(record(Type.DATA, request_id))
        peer.until(Type.END_REQUEST)


def cant_mpx_conn(peer: Peer) -> None:
    """A BEGIN_REQUEST with id 2 amid request 1, which the application cannot serve."""
    peer.send(begin(1), record(Type.PARAMS, 1, pairs({"REQUEST_URI": "/first"})))
    peer.send(begin(2))
    peer.until(Type.END_REQUEST)
    peer.send(params(1, environment("/first")), stdin(1))
    peer.until(Type.END_REQUEST)
    ask(peer, 2, "/second", keep=False)
    ended(peer)


def same_id(peer: Peer) -> None:
    """Three requests in turn on one connection, each with id 1, then one with id 65535."""
    for uri in ("/first", "/second?exit=3", "/third?grumble"):
        ask(peer, 1, uri)
    ask(peer, 65535, "/fourth?exit=-1", keep=False)
    ended(peer)


def wide_lengths(peer: Peer) -> None:
    """Pairs whose lengths, all under 128, are written in four bytes."""
    content = pairs(environment("/wide?" + "q" * 100), wide=True)
    peer.send(begin(1, keep=False), record(Type.PARAMS, 1, content))
    peer.send(record(Type.PARAMS, 1), stdin(1))
    peer.until(Type.END_REQUEST)
    ended(peer)


def odd_pairs(peer: Peer) -> None:
    """Lengths of 0, 127 and 128, a name twice, bytes that are no text or control it."""
    odd = [
        pair("EMPTY", ""),
        pair("LENGTH_127", "v" * 127),
        pair("LENGTH_128", "v" * 128),
        pair("N" * 128, "long name"),
        pair("TWICE", "first"),
        pair("TWICE", "second"),
        pair("LATIN_1", b"caf\xe9"),
        pair("UTF_8", "caf\u00e9 \u2615"),
        pair("CONTROL", "\x1b[31mred\x1b[0m\r\nX-Forged: yes\t"),
        pair("NUL", "before\0after"),
        pair("EQUALS=SIGN", "a=b"),
        pair("", "no name"),
    ]
    content = pairs(environment("/odd")) + b"".join(odd)
    peer.send(begin(1, keep=False), record(Type.PARAMS, 1, content))
    peer.send(record(Type.PARAMS, 1), stdin(1))
    peer.until(Type.END_REQUEST)
    ended(peer)


def split_pair(peer: Peer) -> None:
    """A pair over three PARAMS records, cut in a length and in the value.

    In a second request every PARAMS record holds one byte.
    """
    before = pairs(environment("/split?cut=thrice"))
    long = length(9) + length(200) + b"SPLIT_VAR" + b"v" * 200
    peer.send(begin(1), record(Type.PARAMS, 1, before + long[:3]))
    peer.send(record(Type.PARAMS, 1, long[3:100]), record(Type.PARAMS, 1, long[100:]))
    peer.send(record(Type.PARAMS, 1), stdin(1))
    peer.until(Type.END_REQUEST)
    peer.send(begin(2, keep=False))
    for octet in pairs({"REQUEST_METHOD": "GET", "REQUEST_URI": "/split?cut=all"}):
        peer.send(record(Type.PARAMS, 2, bytes([octet])))
    peer.send(record(Type.PARAMS, 2), stdin(2))
    peer.until(Type.END_REQUEST)
    ended(peer)


def byte_by_byte(peer: Peer) -> None:
    """A short request, each byte of it in a segment of its own."""
    content = pairs({"REQUEST_METHOD": "GET", "REQUEST_URI": "/byte"})
    whole = [begin(1, keep=False), record(Type.PARAMS, 1, content, 3)]
    for octet in b"".join([*whole, record(Type.PARAMS, 1), stdin(1)]):
        peer.send(bytes([octet]))
        time.sleep(0.0005)  # or the kernel puts several together
    peer.until(Type.END_REQUEST)
    ended(peer)


def body_differs(peer: Peer) -> None:
    """A body as long as CONTENT_LENGTH says, and one that is shorter."""
    body = b"name=World"
    for told in (body, body + b"&lang=en"):
        values = environment("/body", told)
        peer.send(begin(1), params(1, values), stdin(1, body))
        peer.until(Type.END_REQUEST)


def early_answer(peer: Peer) -> None:
    """Two uploads to an application that reads none of them: of 50 bytes, which have all
    come when it answers, and of 50,000, of which 100 have. A connection each."""
    _, port = peer.connection.getpeername()

    def upload(to: Peer, size: int, sent: int) -> None:
        values = environment(f"/upload/of/{size}", b"x" * size)
        piece = record(Type.STDIN, 1, b"x" * sent)
        to.send(begin(1, keep=False), params(1, values), piece)
        ended(to)

    upload(peer, 50, 50)
    with connect(port) as other:
        upload(other, 50_000, 100)


if __name__ == "__main__":
    play(
        get_values_libfcgi,
        unknown_type,
        filter_data,
        cant_mpx_conn,
        same_id,
        wide_lengths,
        odd_pairs,
        split_pair,
        byte_by_byte,
        body_differs,
        early_answer,
    )
