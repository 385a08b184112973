"""What is measured: a job a line, our arguments beside tshark's for the same work."""

from typing import NamedTuple, Optional

PEAK_MIB = 64
"""The most memory that a job may hold."""


class Job(NamedTuple):
    """What a user asks of a capture, in both programs' words.

    `{output}` in the arguments is a file that may be written.
    """

    name: str
    capture: str
    ours: str
    theirs: str
    at_most: Optional[float] = None
    """The ratio of wall time that is wanted, None where none is."""
    lines: Optional[str] = None
    """What there is a line of output for: "records", "requests", or None where it is not one."""


OUT_OF_ORDER = "-o tcp.reassemble_out_of_order:TRUE"
COLUMNS = "-T fields -e frame.number -e fcgi.type -e fcgi.content.length"

JOBS = [
    Job("start-up", "tiny", "", "", 0.8, "records"),
    Job("list", "small", "", "", 0.4, "records"),
    Job("alone", "small", "--cores 1", "", None, "records"),
    Job("list", "large", "", "", 0.45, "records"),
    Job("type", "small", "'fcgi.type == 1'", "-Y 'fcgi.type == 1'", 0.3, "requests"),
    Job(
        "param",
        "small",
        """'fcgi.param.REQUEST_URI contains "x"'""",
        """-Y 'fcgi contains "x"'""",
        0.5,
    ),
    Job("detail", "small", "-V", "-V -O fcgi", 0.3),
    Job("detail", "large", "-V", "-V -O fcgi"),
    Job("jsonl", "small", "-T jsonl", "-T ek -J fcgi", 0.2, "records"),
    Job("jsonl", "large", "-T jsonl", "-T ek -J fcgi", None, "records"),
    Job("json", "small", "-T json", "-T json -J fcgi", 0.2),
    Job("json", "large", "-T json", "-T json -J fcgi"),
    Job("fields", "small", COLUMNS, COLUMNS, 0.18, "records"),
    Job("list", "noise", "", "", 0.12, "records"),
    Job("list", "disorder", "", OUT_OF_ORDER, 0.5, "records"),
    Job("list", "segments", "", OUT_OF_ORDER, 0.3, "records"),
    Job("list", "gz", "", "", 0.5, "records"),
    Job("list", "pcapng", "", "", 0.6, "records"),
    Job("list", "connection", "", "", None, "records"),
    Job("list", "connections", "", "", None, "records"),
    Job("requests", "small", "--by request", "", 0.7, "requests"),
    Job("requests", "large", "--by request", "", None, "requests"),
    Job("requests", "connection", "--by request", "", None, "requests"),
    Job("list", "nginx", "", "", None, "records"),
    Job("requests", "nginx", "--by request", "", None, "requests"),
    Job("list", "kept", "", "", None, "records"),
    Job("jsonl", "kept", "-T jsonl", "-T ek -J fcgi", None, "records"),
    Job("type", "kept", "'fcgi.type == 1'", "-Y 'fcgi.type == 1'", None, "requests"),
    Job("list", "repeated", "", "", None, "records"),
    Job("list", "warnings", "", "", None, "records"),
    # A long record that the capture's end cuts off is a row of ours, but nothing to tshark, which
    # has counted: how many rows are right is not known.
    Job("list", "pages", "", ""),
    Job("list", "apache", "", "", None, "records"),
    Job("list", "lighttpd", "", "", None, "records"),
    Job("list", "caddy", "", "", None, "records"),
    Job("srt", "small", "-q -z fcgi,srt", "-q -z io,stat,0,fcgi"),
    Job("write", "small", "-w {output}", "-Y fcgi -w {output}"),
]
