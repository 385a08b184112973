"""Nothing comes in, the parser of the command line goes out, with every option's help."""

import argparse
from typing import Any, Iterator, List, NoReturn, Tuple

from fcgidissect import __version__
from fcgidissect.errors import UsageError
from fcgidissect.options.sharing import add_sharing
from fcgidissect.options.values import (
    autostop,
    count,
    decode_as,
    listed,
    names,
    ports,
    preference,
    setting,
)
from fcgidissect.sink import Sink

DEFAULT_PORT = 8000
FORMATS = {
    "text": "a line a record",
    "json": "one array",
    "jsonl": "an object a line; ndjson is the same",
    "ek": "Elasticsearch bulk",
    "pdml": "XML, every field with its place",
    "psml": "XML, a summary",
    "fields": "the columns of -e, as tshark",
    "csv": "the same as comma-separated values",
}
ROWS = ("record", "request", "connection")
TIMES = {
    "a": "time of day",
    "ad": "date and time",
    "adoy": "with the day of the year",
    "d": "since the frame before",
    "dd": "since the line before",
    "e": "seconds since 1970",
    "r": "since the first frame",
    "u": "as a, in UTC",
    "ud": "as ad, in UTC",
    "udoy": "as adoy, in UTC",
}
EXAMPLES = """\
examples:
  fcgidissect site.pcap                        every record, a line each
  fcgidissect site.pcap "fcgi.type == 1"       the BEGIN_REQUEST records alone
  fcgidissect -p 9000 site.pcap 'fcgi.param.REQUEST_URI contains "login"'
  fcgidissect -p 9000 --json site.pcap | jq '.[].fcgi.request.uri'
  tcpdump -i lo -U -w - port 9000 | fcgidissect -p 9000 -"""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} (fcgidissect --help lists the options)")

    def _print_message(self, message: str, file: Any = None) -> None:
        """What --help and --version print."""
        with Sink() as sink:
            sink.write(message)


def parser() -> argparse.ArgumentParser:
    """The parser; help, man page and completions are made from it."""
    made = _Parser(
        prog="fcgidissect",
        usage="fcgidissect [OPTIONS] [CAPTURE ...] [FILTER]",
        description="Show the FastCGI in a packet capture.",
        epilog=EXAMPLES,
        formatter_class=_Formatter,
        add_help=False,
        allow_abbrev=False,
    )
    _add_input(made.add_argument_group("what to read"))
    _add_live(made.add_argument_group("what to capture"))
    _add_rows(made.add_argument_group("what to show"))
    _add_output(made.add_argument_group("how to show it"))
    add_sharing(made.add_argument_group("what to take out, and to share"))
    _add_rest(made.add_argument_group("other"))
    return made


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """argparse's, with the metavar once an option instead of once a spelling."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=26)

    def _format_action_invocation(self, action: argparse.Action) -> str:
        return invocation(action)


def invocation(action: argparse.Action) -> str:
    """An option's spellings and its value's name, as help and man page have them."""
    names = ", ".join(action.option_strings)
    if action.nargs == 0:
        return names
    metavar = str(action.metavar or action.dest.upper())
    value = f"[{metavar}]" if action.nargs == "?" else metavar
    return f"{names} {value}".strip()


def groups(
    made: argparse.ArgumentParser,
) -> "Iterator[Tuple[str, List[argparse.Action]]]":
    """The title of each group of a parser, and its options."""
    for group in made._action_groups:
        if group._group_actions:
            yield str(group.title), list(group._group_actions)


def _add_input(group: Any) -> None:
    group.add_argument(
        "words",
        nargs="*",
        metavar="CAPTURE",
        help="pcap or pcapng, also compressed; - for standard input; several as one",
    )
    group.add_argument(
        "-r", "--read", metavar="FILE", action="append", default=[], help="a CAPTURE"
    )
    group.add_argument(
        "-p",
        "--port",
        metavar="PORTS",
        action="append",
        default=[],
        type=ports,
        help=f"TCP ports that carry FastCGI, as 8000,9000-9010 (default"
        f" {DEFAULT_PORT})",
    )
    group.add_argument(
        "-d",
        "--decode-as",
        metavar="RULE",
        dest="port",
        action="append",
        type=decode_as,
        help="the same in tshark's spelling: tcp.port==9000,fcgi",
    )
    group.add_argument(
        "-o",
        metavar="PREFERENCE",
        dest="port",
        action="append",
        type=preference,
        help="the same as tshark's preference: fcgi.tcp.port:9000",
    )
    group.add_argument(
        "-c", "--count", metavar="N", type=count, help="stop after N packets"
    )


def _add_live(group: Any) -> None:
    group.add_argument(
        "-i",
        "--interface",
        metavar="IFACE",
        action="append",
        default=[],
        help="capture there instead of reading; any for all of them",
    )
    group.add_argument(
        "-f",
        dest="capture_filter",
        metavar="BPF",
        help="capture only this; '' for everything (default: the ports)",
    )
    group.add_argument(
        "-a",
        dest="duration",
        metavar="duration:N",
        type=autostop,
        help="stop after N seconds",
    )
    group.add_argument(
        "-D", "--list-interfaces", action="store_true", help="list the interfaces"
    )


def _add_rows(group: Any) -> None:
    group.add_argument(
        "--by",
        metavar="ROW",
        default="record",
        choices=ROWS,
        help="what a line stands for: record, request or connection; the latter in the"
        " order in which they begin, from a pipe as they end",
    )
    group.add_argument(
        "-Y",
        "--filter",
        metavar="EXPR",
        help="only rows that pass the display filter; may stand last without -Y",
    )
    group.add_argument(
        "-2",
        "--two-pass",
        action="store_true",
        help="read twice, so that every record knows how its request ends",
    )
    group.add_argument(
        "-z",
        "--statistic",
        metavar="STAT",
        action="append",
        default=[],
        help="tables behind the rows, or with -q, json and csv instead of them; -z help"
        " tells which",
    )
    group.add_argument(
        "--fields",
        metavar="PREFIX",
        nargs="?",
        const="",
        help="list the fields for filters, -e, --columns and JSON",
    )
    group.add_argument(
        "-G",
        dest="glossary",
        metavar="fields",
        choices=("fields",),
        help="the same in tshark's form",
    )
    group.add_argument(
        "--filter-help",
        action="store_true",
        help="list the operators and functions of filters",
    )


def _add_output(group: Any) -> None:
    group.add_argument(
        "-T",
        "--format",
        metavar="FMT",
        default="text",
        choices=[*FORMATS, "ndjson"],
        help="; ".join(f"{name}: {what}" for name, what in FORMATS.items()),
    )
    group.add_argument("--json", action="store_true", help="the same as -T json")
    group.add_argument(
        "--columns",
        metavar="LIST",
        type=listed,
        help="the list's columns: fields, and time, ends, info; as"
        " frame.number,time,fcgi.request.uri",
    )
    group.add_argument(
        "-e",
        "--field",
        metavar="FIELD",
        action="append",
        default=[],
        help="a column of -T fields and csv; may be repeated",
    )
    group.add_argument(
        "-E",
        metavar="KEY=VALUE",
        dest="settings",
        action="append",
        default=[],
        type=setting,
        help="header=y, separator=/t|/s|CHAR, quote=d|s|n, occurrence=f|l|a,"
        " aggregator=CHAR, bom=y",
    )
    group.add_argument(
        "-V", "--verbose", action="store_true", help="every field, as a tree"
    )
    group.add_argument(
        "-O",
        metavar="PROTOCOLS",
        dest="only",
        type=names,
        help="the tree of these protocols alone: -O fcgi",
    )
    group.add_argument(
        "-J",
        dest="layers",
        metavar="PROTOCOLS",
        type=names,
        help="these protocols alone in json, ek and pdml",
    )
    group.add_argument(
        "-j",
        dest="opened",
        metavar="NAMES",
        type=names,
        help="the same, and of their fields only those named opened, as tshark does",
    )
    group.add_argument(
        "-x",
        "--hexdump",
        action="count",
        default=0,
        help="the record's bytes; -xx: those of the frame in which it ends, too",
    )
    group.add_argument(
        "-t",
        "--time",
        metavar="FORM",
        default="r",
        choices=TIMES,
        help="time column: "
        + "; ".join(f"{key}: {what}" for key, what in TIMES.items()),
    )
    group.add_argument(
        "--no-data",
        dest="data",
        action="store_false",
        help="leave fcgi.content.data out of JSON",
    )
    group.add_argument(
        "--raw", action="store_true", help="add fcgi.raw, the record's bytes, to JSON"
    )
    group.add_argument(
        "-w",
        "--write",
        metavar="PCAP",
        help="write the packets of the records, not their text; PCAP.gz for gzip, -"
        " for standard output",
    )
    group.add_argument(
        "--output", metavar="FILE", help="write there, the whole of it or nothing"
    )
    group.add_argument(
        "--color",
        metavar="WHEN",
        default="auto",
        choices=("auto", "always", "never"),
        help="auto (a terminal, unless NO_COLOR is set), always or never",
    )


def _add_rest(group: Any) -> None:
    group.add_argument(
        "-n", action="store_true", help="accepted as in tshark: no name is looked up"
    )
    group.add_argument(
        "-l", action="store_true", help="the same: what is ready is flushed at once"
    )
    group.add_argument(
        "--cores",
        metavar="N",
        type=int,
        choices=(1, 2),
        help="1 or 2 processes (default: 2 for a large list)",
    )
    group.add_argument(
        "-q", "--quiet", action="store_true", help="no lines, only what went wrong"
    )
    group.add_argument(
        "--config",
        metavar="FILE",
        help="settings from there, not from fcgidissect.ini; '' for none",
    )
    group.add_argument(
        "--debug", action="store_true", help="show the traceback of a bug of ours"
    )
    group.add_argument(
        "--man", action="store_true", help="print the man page: --man | man -l -"
    )
    group.add_argument(
        "--completion",
        metavar="SHELL",
        choices=("bash", "zsh", "fish"),
        help="print what completes these options in bash, zsh or fish",
    )
    group.add_argument(
        "--version",
        action="version",
        version=f"fcgidissect {__version__}",
        help="print the version",
    )
    group.add_argument("-h", "--help", action="help", help="print this")
