"""What the sieve lets pass is what the filter matches, whatever the header decides."""

import pytest

from fcgidissect.filter import compile_filter
from fcgidissect.registry import Registry
from fcgidissect.sieve import sieve
from tests.corpus import CAPTURES
from tests.output.talk import entries_of


@pytest.mark.parametrize(
    "text",
    [
        "fcgi.type == 1",
        "fcgi.type == 1 or fcgi.id == 2",
        "not fcgi.type == 6",
        "fcgi.type == 4 and fcgi.param.REQUEST_METHOD == GET",
        "fcgi.content.length > 0 and ip.src == 127.0.0.1",
        'fcgi.request.uri contains "status"',
        "fcgi.type == 99",
    ],
)
@pytest.mark.parametrize("of_records", (True, False))
def test_the_same_rows_pass(text: str, of_records: bool) -> None:
    rows = entries_of(str(CAPTURES / "nginx-status.pcap.gz"), [9000])
    text = text.replace("GET", '"GET"')
    expression = compile_filter(text, Registry())
    wanted = [row for row in rows if expression.matches(row)]
    assert list(sieve(expression, of_records)(rows)) == wanted
