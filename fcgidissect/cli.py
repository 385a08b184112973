"""The command line comes in, rows, messages and an exit status go out.

The only place that prints an error, and the only one with a broad `except`.
"""

import gc
import os
import sys
from typing import TYPE_CHECKING, List, NoReturn, Optional, Sequence

from fcgidissect import options as command_line
from fcgidissect.errors import FcgidissectError, FilterError, UsageError
from fcgidissect.options import Options
from fcgidissect.options.configuration import read as configured
from fcgidissect.run import DONE, INTERRUPTED, Run
from fcgidissect.sink import Sink, say

if TYPE_CHECKING:
    from fcgidissect.filter import Filter
    from fcgidissect.registry import Fields

REFUSED, OUR_FAULT = 2, 70
"""Exit statuses of a call that was not; 70 is EX_SOFTWARE of sysexits.h."""


def run() -> NoReturn:
    """What the console script does.

    Nearly all that it makes lives as long as its batch and is in no cycle, so it looks for
    cycles less often than Python would: that takes a tenth of the time. What it imports
    stays, so it looks for none there, neither at the beginning nor at the end, where Python
    would search all of it once more: that takes a quarter of the time of a short call.
    """
    gc.disable()
    gc.set_threshold(20_000, 20, 20)
    status = main(sys.argv[1:])
    gc.freeze()
    sys.exit(status)


def main(argv: "Sequence[str]") -> int:
    """Carry out one call and give its exit status; no exception leaves it but SystemExit."""
    try:
        return _carry_out(command_line.parse(argv, configured))
    except FilterError as error:
        from fcgidissect.filter.wording import marked

        say(f"{error.message}\n{marked(error.expression, error.start, error.end)}")
    except FcgidissectError as error:
        say(str(error))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return DONE
    except Exception as error:
        _confess(error, "--debug" in argv)
        return OUR_FAULT
    return REFUSED


def _confess(error: Exception, debug: bool) -> None:
    say(
        f"a bug of ours, please report it: {type(error).__name__}: {error}"
        " (--debug shows where)"
    )
    if debug or os.environ.get("FCGIDISSECT_DEBUG"):
        import traceback

        traceback.print_exception(type(error), error, error.__traceback__)


def _carry_out(options: Options) -> int:
    from fcgidissect.rows import fields_by

    text = _help(options)
    if text is not None:
        with Sink(options.output) as sink:
            sink.write(text)
        return DONE
    registry = fields_by(options.by)
    names, expression = _readings(options, registry)
    with Sink(options.output) as sink:
        call = Run(options, registry, names, expression, sink)
        if not gc.isenabled():  # all that is imported is there: see `run`
            gc.freeze()
            gc.enable()
        return call.status()


def _help(options: Options) -> Optional[str]:
    """What a call asks to be told of fcgidissect itself; None where it asks nothing."""
    if options.man:
        from fcgidissect.options.man import man_page

        return man_page()
    if options.completion:
        from fcgidissect.options.completions import completion

        return completion(options.completion)
    if options.filter_help:
        from fcgidissect.filter.help import help_text

        return help_text()
    if options.list_interfaces:
        return _interfaces()
    if "help" in options.statistics:
        from fcgidissect.statistics import usage

        return "".join(f"-z {words}\n    {doc}\n" for words, doc in usage())
    return _fields(options)


def _fields(options: Options) -> Optional[str]:
    if not options.glossary and options.list_fields is None:
        return None
    from fcgidissect.output.fields import glossary, table
    from fcgidissect.rows import fields_by

    registry = fields_by(options.by)
    return (
        glossary(registry)
        if options.glossary
        else table(registry, options.list_fields or "")
    )


def _interfaces() -> str:
    from fcgidissect.capture.live import ANY, interfaces

    found = [(each.name, ", ".join(each.addresses)) for each in interfaces()]
    return "".join(
        f"{number}. {name}  {said}".rstrip() + "\n"
        for number, (name, said) in enumerate([*found, (ANY, "all of them")], 1)
    )


def _readings(
    options: Options, registry: "Fields"
) -> "tuple[List[str], Optional[Filter]]":
    """The captures and the filter that a call names.

    Raises:
        UsageError: there is no capture, or one beside an interface.
        FilterError: the filter is wrong, or the last word is neither a file nor a filter.
    """
    names = options.captures + options.words
    expression = None
    if options.filter is not None:
        expression = _compiled(options.filter, registry, options)
    elif options.words and not _is_file(options.words[-1]):
        expression = _last_word(names.pop(), registry, options)
    if options.interfaces and names:
        raise UsageError(f"-i captures: {names[0]} is not read beside it")
    if not names and not options.interfaces:
        said = f"{options.words[-1]!r} is read as a filter, so " if expression else ""
        raise UsageError(f"{said}no capture is named (- is standard input)")
    return names, expression


def _is_file(word: str) -> bool:
    return word == "-" or os.path.lexists(word)


def _compiled(text: str, registry: "Fields", options: Options) -> "Filter":
    from fcgidissect.filter import compile_filter

    return compile_filter(text, registry, options.configured.macros)


def _last_word(word: str, registry: "Fields", options: Options) -> "Filter":
    try:
        return _compiled(word, registry, options)
    except FilterError as error:
        from fcgidissect.filter.wording import brief

        named = brief(word, 80)
        error.message = f"{named}: no such file, and no filter: {error.message}"
        raise
