"""What is said of the requests of real captures, and of those near them: nothing."""

import pytest

from fcgidissect import notes
from fcgidissect.capture import open_capture
from fcgidissect.dissect import Dissector
from fcgidissect.fcgi.known import Known
from tests.corpus import CAPTURES

SAID = {
    "abort.pcap.gz": [notes.UNEXPECTED] * 4,
    "apache-dropped-param.pcap.gz": [notes.DROPPED_PARAM],
    "body-differs.pcap.gz": [notes.BODY_DIFFERS],
    "cant-mpx-conn.pcap.gz": [notes.REFUSED],
    "cgi-fcgi-split-pair.pcap.gz": [notes.CLOSED_SILENTLY, notes.STDIN_UNENDED],
    "cgi-fcgi.pcap.gz": [notes.NO_WEB_SERVER] * 3,
    "close-silently.pcap.gz": [notes.CLOSED_SILENTLY],
    "cut-answer.pcap.gz": [notes.CLOSED_IN_ANSWER],
    "early-answer.pcap.gz": [notes.ANSWERED_EARLY],
    "h2o-php-fpm.pcap.gz": [notes.CLOSED_SILENTLY],
    "nginx-big-header.pcap.gz": [notes.LARGE_HEADER],
    "nginx-client-left.pcap.gz": [notes.SERVED_IN_VAIN, notes.LEFT_IN_ANSWER],
    "nginx-killed.pcap.gz": [notes.CLOSED_IN_ANSWER],
    "line-break-php-fpm.pcap.gz": [notes.LINE_BREAK],
    "nginx-line-break.pcap.gz": [notes.EMPTY_PATH_INFO],
    "nginx-no-script.pcap.gz": [notes.SCRIPT_UNKNOWN],
    "nginx-retry.pcap.gz": [notes.CLOSED_SILENTLY],
    "nginx-timeout.pcap.gz": [notes.SERVED_IN_VAIN],
    "nginx-upload-chunked.pcap.gz": [notes.LENGTH_MISSING],
    "no-answer.pcap.gz": [notes.NO_ANSWER],
    "overloaded.pcap.gz": [notes.REFUSED],
    "php-fpm-lenient.pcap.gz": [notes.CLOSED_SILENTLY],
    "resets-php-fpm.pcap.gz": [
        notes.CLOSED_SILENTLY,
        *[notes.UNKNOWN_ROLE, notes.CLOSED_SILENTLY],
    ],
    "same-id.pcap.gz": [notes.APP_STATUS] * 2,
    "second-begin-php-fpm.pcap.gz": [notes.CLOSED_SILENTLY],
    "security-php-fpm.pcap.gz": [
        notes.CONTROL_BYTES,
        notes.SETS_PHP,
        *[notes.RUNS_CODE, notes.RUNS_CODE, notes.SETS_PHP],
        *[notes.NO_WEB_SERVER] * 2,
        notes.REPEATED_PARAM,
    ],
    "split-pair-php-fpm.pcap.gz": [notes.CLOSED_SILENTLY],
    "unknown-role.pcap.gz": [notes.REFUSED] * 2 + [notes.UNKNOWN_ROLE, notes.REFUSED],
    # Nothing: plain traffic, and what looks odd and harms nobody.
    "anyevent-fcgi.pcap.gz": [],
    "apache-authorizer.pcap.gz": [],
    "apache-upload.pcap.gz": [],
    "caddy-php-fpm.pcap.gz": [],
    "cgi-fcgi-libfcgi.pcap.gz": [],
    "dribble.pcap.gz": [],
    "fcgi.pcap.gz": [],
    "fcgiwrap.pcap.gz": [],
    "h2o-split-pair.pcap.gz": [],
    "haproxy-multiplex.pcap.gz": [],
    "haproxy-upload.pcap.gz": [],
    "lighttpd-upload.pcap.gz": [],
    "lighttpd.pcap.gz": [],
    "multiplex.pcap.gz": [],
    "nginx-coded.pcap.gz": [],
    "nginx-go.pcap.gz": [],
    "nginx-keepalive.pcap.gz": [],
    "nginx-large.pcap.gz": [],
    "nginx-pool.pcap.gz": [],
    "nginx-status.pcap.gz": [],
    "nginx-stderr.pcap.gz": [],
    "nginx-upload.pcap.gz": [],
    "padding-client.pcap.gz": [],
    "perl-fcgi.pcap.gz": [],
    "reorder-app.pcap.gz": [],
    "reorder-web.pcap.gz": [],
    "split-pair.pcap.gz": [],
    "uwsgi.pcap.gz": [],
    "wide-lengths.pcap.gz": [],
    # Nothing: the capture lacks what would be missed.
    "lossy.pcap.gz": [],
    "lossy-nested.pcap.gz": [],
    "reorder-lossy.pcap.gz": [],
    "snaplen.pcap.gz": [],
}


@pytest.mark.parametrize("name", SAID)
def test_said(name: str) -> None:
    dissector, entries = Dissector({8000, 8001, 9000}), []
    with open_capture(str(CAPTURES / name)) as batches:
        for batch in batches:
            entries += dissector.feed(batch)
    entries += dissector.finish()
    requests = {
        entry.request.number: entry.request for entry in entries if entry.request
    }
    found = [Known(request).notes for _, request in sorted(requests.items())]
    codes = [remark.code for remarks in found for remark in remarks]
    assert codes == SAID[name]
