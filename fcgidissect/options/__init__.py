"""Words of a command line come in, one `Options` goes out; nothing is opened here."""

from typing import Callable, NamedTuple, Optional, Sequence

from fcgidissect.options.configuration import Configuration
from fcgidissect.options.groups import DEFAULT_PORT, parser
from fcgidissect.options.sharing import with_lists

_FORMS = {"ndjson": "jsonl"}


class Options(NamedTuple):
    """What one call asks for; the names are those of the long options."""

    words: "list[str]"
    """Positional arguments: captures, the last of them perhaps a filter."""
    captures: "list[str]"
    filter: Optional[str]
    ports: "frozenset[int]"
    packets: Optional[int]
    """How many to read; None for all."""
    interfaces: "list[str]"
    """Where to capture; where there are any, no capture is read."""
    capture_filter: Optional[str]
    duration: Optional[float]
    """Seconds to capture; None until interrupted."""
    list_interfaces: bool
    by: str
    """What a row stands for."""
    two_pass: bool
    """Read the captures twice, so that a record knows the end of its request."""
    statistics: "list[str]"
    """The words behind each -z."""
    format: str
    columns: "Sequence[str]"
    """Of the list; none for the usual ones."""
    fields: "list[str]"
    settings: "dict[str, str]"
    """The keys of -E."""
    verbose: bool
    only: "Optional[frozenset[str]]"
    """The protocols of -O; None where they are all wanted."""
    layers: "Optional[frozenset[str]]"
    """The protocols of -J and -j; None where they are all wanted."""
    opened: "Optional[frozenset[str]]"
    """The fields of -j that are wanted with what is in them; None for all."""
    hexdump: int
    """1 for the bytes of records, 2 for those of frames, too."""
    time: str
    write: Optional[str]
    """The pcap file that takes the packets of the rows."""
    redact: "Optional[list[str]]"
    """Names of secrets beyond the usual ones; None where nothing is to be redacted."""
    other_packets: bool
    objects: Optional[str]
    """The folder of --export-objects."""
    har: Optional[str]
    command: Optional[str]
    """The form of --as."""
    force: bool
    """Write over files that are there."""
    cores: Optional[int]
    """1 or 2; None for 2 where that pays."""
    output: Optional[str]
    color: str
    data: bool
    raw: bool
    glossary: bool
    """List the fields as tshark's -G does."""
    list_fields: Optional[str]
    """Prefix of the fields to list; None where none are."""
    filter_help: bool
    """Tell the operators and functions of filters."""
    man: bool
    completion: Optional[str]
    """The shell for which to print it."""
    quiet: bool
    configured: Configuration
    """Its colours, and the names that it wants redacted."""


def parse(
    argv: Sequence[str],
    configured: "Callable[[Optional[str]], Configuration]" = lambda _: Configuration(),
) -> Options:
    """The options of a command line.

    Args:
        configured: gives what stands for options that are not named; it is told the file
            that the call names for that.

    Raises:
        UsageError: an option is unknown, lacks its value or has one that cannot be.
        SystemExit: --help or --version has been printed.
    """
    # What stands behind -- is kept from argparse, which would look for options there.
    end = argv.index("--") if "--" in argv else len(argv)
    given = parser().parse_intermixed_args(with_lists(argv[:end]))
    settings = configured(given.config)
    ports = frozenset(port for part in given.port for port in part)
    return Options(
        words=[*given.words, *argv[end + 1 :]],
        captures=given.read,
        filter=given.filter,
        ports=ports or frozenset(settings.ports) or frozenset({DEFAULT_PORT}),
        packets=given.count,
        interfaces=given.interface,
        capture_filter=given.capture_filter,
        duration=given.duration,
        list_interfaces=given.list_interfaces,
        by=given.by,
        two_pass=given.two_pass,
        statistics=given.statistic,
        format=_FORMS.get(given.format, given.format) if not given.json else "json",
        columns=given.columns or settings.columns.get(given.by, ()),
        fields=given.field,
        settings=dict(given.settings),
        verbose=given.verbose,
        only=given.only,
        layers=given.layers or given.opened,
        opened=given.opened,
        hexdump=given.hexdump,
        time=given.time,
        write=given.write,
        redact=given.redact,
        other_packets=given.other_packets,
        objects=given.export_objects,
        har=given.har,
        command=given.command,
        force=given.force,
        cores=given.cores,
        output=given.output,
        color=given.color,
        data=given.data,
        raw=given.raw,
        glossary=given.glossary is not None,
        list_fields=given.fields,
        filter_help=given.filter_help,
        man=given.man,
        completion=given.completion,
        quiet=given.quiet,
        configured=settings,
    )
