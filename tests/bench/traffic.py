"""FastCGI as nginx 1.22 and php-fpm 8.2 speak it: a site in, sessions of frames out.

How records are padded, put into segments and acknowledged is copied from the recordings
nginx-keepalive, nginx-large and nginx-upload in captures/.
"""

from itertools import chain, repeat
from random import Random
from typing import Iterable, Iterator, NamedTuple

from captures.make import records
from tests.bench.connection import Connection, Network
from tests.bench.frames import Host, Sender
from tests.bench.web import Site, params

PORT = 8000
SERVER = "10.0.0.9"
FIRST_PORT, LAST_PORT = 32768, 60999
"""What Linux gives to clients."""
UPLOAD_WRITES = (8920, 8192, 8192, 8200, 8192)
"""What nginx writes first of a long body; then 55,808 bytes at once."""
HEAD = (
    b"X-Powered-By: PHP/8.2.36\r\nContent-type: text/html; charset=UTF-8\r\n\r\n",
    b"Status: 404 Not Found\r\nContent-type: text/html; charset=UTF-8\r\n\r\n",
    b"Status: 302 Found\r\nLocation: /login\r\nContent-type: text/html\r\n\r\n",
)

Flow = "tuple[str, int, str, int]"
"""Source address and port, destination address and port."""
Truth = "dict[Flow, bytearray]"
"""The headers of the records that each direction carries, eight bytes each, in their order."""


class Exchange(NamedTuple):
    """How large a request and its answer are, and how php-fpm writes the answer."""

    body_length: int
    answer_length: int
    buffered: bool = True


ARTICLE = Exchange(0, 64_000)
DOWNLOAD = Exchange(0, 640_000, buffered=False)
UPLOAD = Exchange(219_600, 120)


class Traffic:
    """Sessions between one nginx and one php-fpm; `truth` grows with what they say."""

    def __init__(self, random: Random, network: Network) -> None:
        self.random = random
        self.network = network
        self.site = Site(random)
        self.truth: "dict[tuple[str, int, str, int], bytearray]" = {}
        self.requests = 0
        self.connections = 0

    def session(self, exchanges: Iterable[Exchange], keep: bool) -> Iterator[bytes]:
        """A connection from its first frame to its last; kept, the client closes it."""
        connection = self._connect()
        yield from connection.open()
        for exchange in exchanges:
            yield from self._exchange(connection, exchange, keep)
        ends = connection.client, connection.server
        yield from connection.close(*(ends if keep else reversed(ends)))

    def page(self) -> Exchange:
        """A small request, now and then with a form."""
        random = self.random.random
        body = int(random() * 400) + 20 if random() < 0.1 else 0
        return Exchange(body, int(random() ** 2 * 3000))

    def pages(self) -> Iterator[bytes]:
        """A connection for one small request, or in one of eight for up to 200."""
        if self.random.random() < 7 / 8:
            return self.session([self.page()], keep=False)
        count = self.random.randint(20, 200)
        return self.session((self.page() for _ in range(count)), keep=True)

    def bodies(self) -> Iterator[bytes]:
        """A connection for one large request or answer."""
        choice = self.random.choices((ARTICLE, DOWNLOAD, UPLOAD), (10, 2, 3))
        return self.session(choice, keep=False)

    def _connect(self) -> Connection:
        """A connection from a port that no other one has had."""
        around, port = divmod(self.connections, LAST_PORT - FIRST_PORT + 1)
        self.connections += 1
        client = Host(f"10.0.1.{around + 1}", FIRST_PORT + port)
        return Connection(client, Host(SERVER, PORT), self.network, self.random)

    def _exchange(
        self, connection: Connection, exchange: Exchange, keep: bool
    ) -> Iterator[bytes]:
        """A request and its answer; on a kept connection a short answer acknowledges."""
        body, length, buffered = exchange
        slow = not keep or body + length > 8192
        client, server = connection.client, connection.server
        asked = self._told(client, request(self.site, body, keep))
        yield from connection.send(client, recut(asked, nginx_writes(body)), slow)
        told = self._told(server, answer(self.site, length, buffered))
        writes = recut(told, repeat(8192)) if buffered else unbuffered(told)
        yield from connection.send(server, writes, slow)
        self.requests += 1

    def _told(self, sender: Sender, said: Iterable[bytes]) -> Iterator[bytes]:
        """Records on their way, their headers kept as the truth."""
        headers = self.truth.setdefault((*sender.own, *sender.other), bytearray())
        for record in said:
            headers += record[:8]
            yield record


def padded(type: int, content: bytes) -> bytes:
    """A record of request 1, padded to a multiple of eight."""
    return records.record(type, 1, content, -len(content) % 8)


def request(site: Site, body_length: int, keep: bool) -> Iterator[bytes]:
    """nginx's records: STDIN in 32,768 bytes each."""
    yield records.begin(1, flags=records.KEEP_CONN if keep else 0)
    yield padded(records.PARAMS, params(site.visit(body_length)))
    yield records.record(records.PARAMS, 1)
    for size in sizes(body_length, 32768):
        yield padded(records.STDIN, site.text(size))
    yield records.stdin(1)


def answer(site: Site, length: int, buffered: bool) -> Iterator[bytes]:
    """php-fpm's records: STDOUT of 8,184 bytes from its buffer, of 65,528 straight."""
    head = site.random.choices(HEAD, (90, 6, 4))[0]
    first = min(length, 8184 - len(head)) if buffered else 0
    yield padded(records.STDOUT, head + site.text(first))
    length -= first
    for size in sizes(length, 8184 if buffered else 65528):
        yield padded(records.STDOUT, site.text(size))
    yield records.end(1)


def sizes(length: int, size: int) -> Iterator[int]:
    """A length in parts of a size, the last one what is left."""
    return (min(size, length - start) for start in range(0, length, size))


def nginx_writes(body_length: int) -> Iterator[int]:
    """How much nginx writes at once."""
    if body_length > 8192:
        return chain(UPLOAD_WRITES, repeat(55808))
    return repeat(65536)


def recut(said: Iterable[bytes], lengths: Iterator[int]) -> Iterator[bytes]:
    """Records as writes of these lengths."""
    held, length = bytearray(), next(lengths)
    for record in said:
        held += record
        while len(held) >= length:
            yield bytes(held[:length])
            del held[:length]
            length = next(lengths)
    if held:
        yield bytes(held)


def unbuffered(said: Iterable[bytes]) -> Iterator[bytes]:
    """Records as php-fpm writes long ones: the header with what came before, then the content."""
    held = b""
    for record in said:
        held += record[:8]
        if len(record) > 8192:
            yield held
            held = b""
            yield record[8:]
        else:
            held += record[8:]
    yield held
