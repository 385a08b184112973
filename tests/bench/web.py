"""What a site is asked and what it answers: a random source in, requests and pages out."""

from random import Random
from typing import NamedTuple

from captures.make.records import pairs

BLOCK = 1 << 20
"""Bytes of text that answers are cut from."""

WORDS = """the of and to a in is that it for on with as are was this be by at from or have an
which one not you all page order article customer price cart search next previous address
invoice total export image title section header footer navigation comment reply date user
account settings message history tax box mixture example index expression""".split()
TAGS = (
    "<p>",
    "</p>\n",
    '<div class="row">',
    "</div>\n",
    "<li>",
    "</li>\n",
    "<b>",
    "</b>",
)

PATHS = """/pages /index.html /articles /articles/archive /search /cart /cart/add /checkout /orders
/orders/history /account /account/settings /login /logout /api/v1/items /api/v1/items/export
/api/v1/users /api/v1/prices /images/thumbnail /feeds/news /admin/reports /admin/tax""".split()

AGENTS = (
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/131.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15"
    " (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
    "curl/7.88.1",
)
FORM = "application/x-www-form-urlencoded"

VISITORS = 400
"""How many are there at the same time."""


class Visitor(NamedTuple):
    """A browser with a connection to the web server."""

    address: str
    port: int
    agent: str
    session: str


class Visit(NamedTuple):
    """A request of a visitor."""

    method: str
    path: str
    query: str
    body_length: int
    visitor: Visitor


class Site:
    """Visits and texts, the same ones for the same random source."""

    def __init__(self, random: Random) -> None:
        self.random = random
        pieces = random.choices([*(word + " " for word in WORDS), *TAGS], k=BLOCK // 5)
        self.block = "".join(pieces).encode()[:BLOCK]
        self.visitors = [arrival(random) for _ in range(VISITORS)]

    def text(self, length: int) -> bytes:
        """Text of a length up to half a block."""
        start = int(self.random.random() * (BLOCK // 2))
        return self.block[start : start + length]

    def visit(self, body_length: int = 0) -> Visit:
        """Somebody asks for something; with a body it is a POST."""
        random = self.random
        number = int(random.random() ** 3 * 5000)
        query = f"id={number}&q={random.choice(WORDS)}" if number % 3 else ""
        path = f"{random.choice(PATHS)}/{number}"
        method = "POST" if body_length else "GET"
        return Visit(method, path, query, body_length, self._visitor())

    def _visitor(self) -> Visitor:
        """One of those who are there; one in ten requests is somebody new's."""
        place = int(self.random.random() * VISITORS)
        if self.random.random() < 0.1:
            self.visitors[place] = arrival(self.random)
        return self.visitors[place]


def arrival(random: Random) -> Visitor:
    """Somebody new; one in four has no session."""
    return Visitor(
        f"198.51.100.{random.randint(1, 250)}",
        random.randint(20000, 60000),
        random.choice(AGENTS),
        f"{random.getrandbits(128):032x}" if random.random() < 0.75 else "",
    )


def params(visit: Visit) -> bytes:
    """What nginx 1.22 says of a request, by its own fastcgi.conf."""
    body, visitor = visit.body_length, visit.visitor
    values = {
        "SCRIPT_FILENAME": "/srv/www/index.php",
        "QUERY_STRING": visit.query,
        "REQUEST_METHOD": visit.method,
        "CONTENT_TYPE": FORM if body else "",
        "CONTENT_LENGTH": str(body) if body else "",
        "SCRIPT_NAME": "/index.php",
        "REQUEST_URI": f"{visit.path}?{visit.query}" if visit.query else visit.path,
        "DOCUMENT_URI": "/index.php",
        "DOCUMENT_ROOT": "/srv/www",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REQUEST_SCHEME": "http",
        "GATEWAY_INTERFACE": "CGI/1.1",
        "SERVER_SOFTWARE": "nginx/1.22.1",
        "REMOTE_ADDR": visitor.address,
        "REMOTE_PORT": str(visitor.port),
        "REMOTE_USER": "",
        "SERVER_ADDR": "192.0.2.10",
        "SERVER_PORT": "80",
        "SERVER_NAME": "www.example",
        "REDIRECT_STATUS": "200",
        "HTTP_HOST": "www.example",
        "HTTP_USER_AGENT": visitor.agent,
        "HTTP_ACCEPT": "*/*",
        "HTTP_ACCEPT_LANGUAGE": "en-GB,en;q=0.5",
    }
    if visitor.session:
        values["HTTP_COOKIE"] = f"session={visitor.session}"
    if body:
        values["HTTP_CONTENT_LENGTH"] = str(body)
        values["HTTP_CONTENT_TYPE"] = FORM
    return pairs(values)
