"""Scenes with php-fpm: python3 client_php_fpm.py SCENE PORT."""

from client import (
    ended,
    environment,
    get_values,
    params,
    play,
    request,
    stdin,
    versioned,
)
from fastcgi import Peer, Role, Type, begin, pairs, record


def get_values_php_fpm(peer: Peer) -> None:
    """GET_VALUES of all three variables and its result."""
    get_values(peer)


def split_pair_php_fpm(peer: Peer) -> None:
    """A pair over two PARAMS records, on which php-fpm resets the connection."""
    content = pairs(environment("/hello.php"))
    first, second = (
        record(Type.PARAMS, 1, half) for half in (content[:70], content[70:])
    )
    peer.send(begin(1), first, second, record(Type.PARAMS, 1), stdin(1))
    ended(peer)


def php_fpm_lenient(peer: Peer) -> None:
    """Roles 2 and 3, id 0 and version 7, each of which php-fpm answers; version 0."""
    for request_id, role in ((2, Role.AUTHORIZER), (3, Role.FILTER), (0, 1)):
        values = environment(f"/hello.php?role={role}&id={request_id}")
        opened = begin(request_id, role)
        peer.send(opened, params(request_id, values), stdin(request_id))
        peer.until(Type.END_REQUEST)
    peer.send(versioned(7, request(7, "/hello.php?version=7")))
    peer.until(Type.END_REQUEST)
    peer.send(versioned(0, request(9, "/hello.php?version=0")))
    ended(peer)


def abort_php_fpm(peer: Peer) -> None:
    """ABORT_REQUEST amid STDIN, which php-fpm takes for its end and answers."""
    values = environment("/hello.php", b"x" * 3000)
    peer.send(begin(1), params(1, values), record(Type.STDIN, 1, b"x" * 1000))
    peer.send(record(Type.ABORT_REQUEST, 1))
    peer.until(Type.END_REQUEST)
    ended(peer)


def second_begin_php_fpm(peer: Peer) -> None:
    """A whole request with id 2 amid the PARAMS of 1, which end there for php-fpm."""
    content = pairs(environment("/hello.php?id=1"))
    peer.send(begin(1, keep=False), record(Type.PARAMS, 1, content))
    peer.send(request(2, "/hello.php?id=2", keep=False))
    ended(peer)


if __name__ == "__main__":
    play(
        get_values_php_fpm,
        split_pair_php_fpm,
        php_fpm_lenient,
        abort_php_fpm,
        second_begin_php_fpm,
    )
