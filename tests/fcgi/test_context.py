"""What a connection's readers and requests know of each other."""

from captures.make import records as make
from fcgidissect.fcgi.context import Context
from tests.fcgi.connection import Connection
from tests.fcgi.streams import GET


def test_nothing_at_first() -> None:
    context = Context()
    assert (context.ids, context.gaps, context.web_server) == (set(), 0, None)


def test_what_the_ports_tell() -> None:
    assert Context(1).web_server == 1


def test_ids_and_gaps_are_told_by_records() -> None:
    connection = Connection().asks(make.request(3, GET), make.begin(5))
    connection.asks(make.request(7, GET), lost=40)
    assert connection.context.ids == {3, 5, 7}
    assert connection.context.gaps == 1
