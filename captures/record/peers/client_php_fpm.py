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
from fastcgi import Peer, Role, Type, begin, connect, pairs, record


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


def security_php_fpm(peer: Peer) -> None:
    """Params as an attack sends them, each after its like that nobody minds.

    PHP_VALUE: a limit, then a body to run (php-fpm runs it); a control byte; a param
    twice, with one value and with two; a file to read, asked for by a web server's
    params, by a client library's, by nothing but its name.
    """
    web_server = {
        "SERVER_SOFTWARE": "nginx/1.22.1",
        "SERVER_NAME": "www.example",
        "SERVER_PORT": "80",
        "REMOTE_ADDR": "192.0.2.7",
    }
    code = b"<?php echo 'run from the body of request 4; ' ?>"
    runs = {
        "PHP_VALUE": "auto_prepend_file = php://input",
        "PHP_ADMIN_VALUE": "allow_url_include = On\nmemory_limit = 64M",
    }
    hello = environment("/hello.php", **web_server)
    passwords = {**hello, "SCRIPT_FILENAME": "/etc/passwd"}
    asked = [
        (hello, b""),
        ({**hello, "HTTP_X_REMARK": "caf\u00e9\tau lait"}, b""),
        ({**hello, "HTTP_X_REMARK": "\x1b[2J\r\nX-Forged: yes"}, b""),
        ({**hello, "PHP_VALUE": "memory_limit = 64M"}, b""),
        ({**environment("/hello.php", code, **web_server), **runs}, code),
        (passwords, b""),
        ({**passwords, "SERVER_SOFTWARE": "php/fcgiclient"}, b""),
        ({"SCRIPT_FILENAME": "/etc/passwd", "REQUEST_METHOD": "GET"}, b""),
    ]
    for values, body in asked:
        peer.send(begin(1), params(1, values), stdin(1, body))
        peer.until(Type.END_REQUEST)
    for again in ("/srv/www/hello.php", "/srv/www/status.php"):
        content = pairs(hello) + pairs({"SCRIPT_FILENAME": again})
        twice = record(Type.PARAMS, 1, content) + record(Type.PARAMS, 1)
        peer.send(begin(1), twice, stdin(1))
        peer.until(Type.END_REQUEST)


def line_break_php_fpm(peer: Peer) -> None:
    """A URI with a line break as browsers write it, and one with the bare byte."""
    for text in ("one%0Atwo", "one\ntwo"):
        values = environment("/hello.php", REQUEST_URI=f"/hello.php?text={text}")
        peer.send(begin(1), params(1, values), stdin(1))
        peer.until(Type.END_REQUEST)


def resets_php_fpm(peer: Peer) -> None:
    """A PARAMS record of 65,528 bytes with its padding, which php-fpm takes, and one of
    65,536, which it does not; role 9. A connection each."""

    def filled(size: int, padding: int) -> bytes:
        values = environment("/hello.php")
        room = size - len(pairs(values)) - len("HTTP_X_FILLED") - 5
        content = pairs({**values, "HTTP_X_FILLED": "x" * room})
        return record(Type.PARAMS, 1, content, padding) + record(Type.PARAMS, 1)

    _, port = peer.connection.getpeername()
    peer.send(begin(1, keep=False), filled(65_521, 7), stdin(1))
    ended(peer)
    whole = params(1, environment("/hello.php")) + stdin(1)
    for opened in (
        begin(1) + filled(65_529, 7) + stdin(1),
        begin(1, 9) + whole,
    ):
        with connect(port) as other:
            other.send(opened)
            ended(other)


if __name__ == "__main__":
    play(
        get_values_php_fpm,
        split_pair_php_fpm,
        php_fpm_lenient,
        abort_php_fpm,
        second_begin_php_fpm,
        security_php_fpm,
        line_break_php_fpm,
        resets_php_fpm,
    )
