"""What HTTP knows of a request, out of its params."""

from pathlib import Path
from typing import Dict

import pytest

from fcgidissect.export import message
from fcgidissect.fcgi.known import Known
from tests.export.talk import answered, asked, exchanges, pcap

URLS: "tuple[tuple[Dict[str, str], str], ...]" = (
    ({"REQUEST_URI": "/a?b=c"}, "http://shop.example/a?b=c"),
    ({"REQUEST_SCHEME": "https"}, "https://shop.example/x"),
    ({"HTTPS": "on"}, "https://shop.example/x"),
    ({"HTTPS": "off"}, "http://shop.example/x"),
    ({"REQUEST_SCHEME": "-o /etc/passwd"}, "http://shop.example/x"),
    ({"HTTP_HOST": "", "SERVER_NAME": "a.b", "SERVER_PORT": "81"}, "http://a.b:81/x"),
    ({"HTTP_HOST": "", "SERVER_NAME": "a.b", "SERVER_PORT": "80"}, "http://a.b/x"),
    ({"REQUEST_URI": "http://proxy.example/y"}, "http://proxy.example/y"),
    ({"REQUEST_URI": "*"}, "http://shop.example/*"),
)


def known(tmp_path: Path, values: "Dict[str, str]", page: bytes = b"\r\n") -> Known:
    request = asked({"REQUEST_URI": "/x", **values})
    (found,) = exchanges(pcap(tmp_path / "a.pcap", request, answered(page)))
    return found.row.known


@pytest.mark.parametrize("values, wanted", URLS)
def test_a_url_is_put_together(
    values: "Dict[str, str]", wanted: str, tmp_path: Path
) -> None:
    assert message.url(known(tmp_path, values)) == wanted


def test_params_become_header_fields(tmp_path: Path) -> None:
    values = {
        "HTTP_X_API_KEY": "k",
        "HTTP_CONTENT_TYPE": "text/csv",
        "HTTP_PROXY": "evil",
        "HTTP_@FILE": "no",
        "HTTP_COOKIE": "",
    }
    assert message.request_fields(known(tmp_path, values)) == [
        *(("Host", "shop.example"), ("Cookie", ""), ("X-Api-Key", "k")),
        ("Content-Type", "text/csv"),
    ]


def test_a_responses_fields_come_without_the_status(tmp_path: Path) -> None:
    page = b"Status: 404\r\nX-A: 1\r\nX-A: 2\r\n\r\n"
    assert message.response_fields(known(tmp_path, {}, page)) == [
        *(("X-A", "1"), ("X-A", "2")),
    ]
    assert message.protocol(known(tmp_path, {})) == "HTTP/1.1"
