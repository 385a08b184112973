"""README.md is true: every example gives what stands under it, every table is the program's own.

In a block marked `console` a line behind `$ ` is run by bash in the project's folder; the
lines under it are what it prints on both streams, and it ends with status 0 where no
`$ echo $?` follows. A block marked `python` is run too, the block marked `text` behind it
is what it prints. `…` stands for the rest of a line, alone on a line for any lines.
A block marked `sh` is not run: it installs, or it needs an interface; its calls of
fcgidissect must be calls that the command line takes.

    python -m tests.test_readme    write the tables anew, and the outputs that stand whole
"""

import ast
import inspect
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import Callable, Iterable, Iterator, NamedTuple

import pytest

import fcgidissect
from fcgidissect import limits, notes, options
from fcgidissect.filter import compile_filter
from fcgidissect.filter.functions import FUNCTIONS
from fcgidissect.filter.help import FORMS, LITERALS
from fcgidissect.filter.operators import ARITHMETIC, LOGIC, QUANTIFIERS, RELATIONS
from fcgidissect.limits import Limits
from fcgidissect.options.groups import FORMATS
from fcgidissect.options.man import STATUSES
from fcgidissect.registry import Registry
from fcgidissect.rows import fields_by
from fcgidissect.statistics import usage
from tests import test_truth as truth
from tests.corpus import CAPTURES
from tests.tshark import needs_tshark, tshark

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
TEXT = README.read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TABLE = re.compile(r"<!-- (\w+) -->\n(.*?)<!-- /\1 -->", re.DOTALL)
PROGRAMS = ("jq", "tshark")
"""What examples use besides fcgidissect and what every system has."""


class Example(NamedTuple):
    """A command and what it gives."""

    command: str
    output: str
    status: int = 0

    @property
    def missing(self) -> "list[str]":
        """Programs that it needs and that are not here."""
        needed = [name for name in PROGRAMS if re.search(rf"\b{name}\b", self.command)]
        return [name for name in needed if shutil.which(name) is None]


class Outcome(NamedTuple):
    output: str
    status: int


def blocks(kind: str) -> "list[str]":
    return [body for name, body in BLOCK.findall(TEXT) if name == kind]


def consoles() -> "Iterator[Example]":
    for block in blocks("console"):
        commands = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
        examples: "list[Example]" = []
        for each in commands:
            command, output = _command(each)
            if command == "echo $?":
                examples[-1] = examples[-1]._replace(status=int(output or 0))
            else:
                examples.append(Example(command, output))
        yield from examples


def _command(text: str) -> "tuple[str, str]":
    """A command, which goes on behind a backslash at a line's end; and what it prints."""
    lines = text.splitlines(keepends=True)
    end = next(at for at, line in enumerate(lines) if not line.endswith("\\\n"))
    return "".join(lines[: end + 1]).strip(), "".join(lines[end + 1 :])


def carried_out(command: "list[str]") -> Outcome:
    """What a command prints, and its status; as a user of no particular place sees it."""
    programs = os.path.dirname(sys.executable)
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={
            **{key: value for key, value in os.environ.items() if key != "NO_COLOR"},
            "PATH": f"{programs}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "TZ": "UTC",
            "LC_ALL": "C.UTF-8",
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    return Outcome(done.stdout, done.returncode)


def pattern(output: str) -> str:
    """What matches an output of which parts are left out."""
    lines = (
        "(?:.*\n)*" if line == "…\n" else re.escape(line).replace("…", ".*")
        for line in output.splitlines(keepends=True)
    )
    return "".join(lines)


@pytest.mark.parametrize("example", list(consoles()), ids=lambda each: each.command)
def test_a_command_gives_what_stands_under_it(example: Example) -> None:
    if example.missing:
        pytest.skip(f"needs {' '.join(example.missing)} (apt-get install)")
    outcome = carried_out(["bash", "-c", example.command])
    if not re.fullmatch(pattern(example.output), outcome.output):
        assert outcome.output == example.output
    assert outcome.status == example.status


PYTHON = re.compile(r"^```python\n(.*?)^```\n+```text\n(.*?)^```$", re.M | re.S)


@pytest.mark.parametrize("program, output", PYTHON.findall(TEXT))
def test_a_program_gives_what_stands_under_it(program: str, output: str) -> None:
    assert carried_out([sys.executable, "-c", program]) == (output, 0)


def calls() -> "Iterator[str]":
    """The calls of fcgidissect in what is not run."""
    for block in blocks("sh"):
        for line in block.replace("\\\n", " ").splitlines():
            for part in re.split(r"\||&&", line.partition(" #")[0]):
                if part.split()[:1] == ["fcgidissect"]:
                    yield part


@pytest.mark.parametrize("call", list(calls()))
def test_what_is_not_run_can_be_called(call: str) -> None:
    assert options.parse(shlex.split(call)[1:])


# Tables


def table(head: "tuple[str, ...]", rows: "Iterable[tuple[str, ...]]") -> str:
    lines = (head, ("---",) * len(head), *rows)
    return "".join(f"| {' | '.join(cells)} |\n" for cells in map(_cells, lines))


def _cells(cells: "tuple[str, ...]") -> "list[str]":
    return [cell.replace("|", "\\|") for cell in cells]


def code(text: str) -> str:
    return f"`{text}`"


def fields() -> str:
    """Every field of the registry."""
    rows = (
        (code(field.name), field.kind.title, field.doc or field.title)
        for field in Registry()
    )
    return table(("Field", "Type", "What it is"), rows)


def connections() -> str:
    """The fields that a connection has of its own."""
    records = set(Registry().names())
    rows = (
        (code(field.name), field.kind.title, field.doc or field.title)
        for field in fields_by("connection")
        if field.name.startswith("fcgi.connection.") and field.name not in records
    )
    return table(("Field", "Type", "What it is"), rows)


def formats() -> str:
    """What -T takes."""
    rows = ((code(f"-T {name}"), said) for name, said in FORMATS.items())
    return table(("Format", "What it is"), rows)


def statistics() -> str:
    """What -z takes."""
    rows = ((code(f"-z {words}"), doc) for words, doc in usage())
    return table(("Statistic", "What it tells"), rows)


def statuses() -> str:
    """What a call can end with."""
    rows = ((str(status), said) for status, said in STATUSES.items())
    return table(("Status", "Meaning"), rows)


def operators() -> str:
    """The filter language's operators, from its own tables."""
    rows = (
        (" ".join(map(code, operator.spellings)), operator.title)
        for group in (LOGIC, RELATIONS, QUANTIFIERS, ARITHMETIC)
        for operator in group
    )
    return table(("Operator", "It passes where, or gives"), rows)


def functions() -> str:
    """The filter language's functions."""
    rows = ((code(each.call), each.title) for each in FUNCTIONS.values())
    return table(("Function", "What it gives"), rows)


def forms() -> str:
    """What else an expression is made of."""
    rows = ((code(form), title) for form, title in (*LITERALS, *FORMS))
    return table(("Form", "What it is"), rows)


def bounds() -> str:
    """Every limit with its default and its reason."""
    rows = (
        (code(name), f"{Limits._field_defaults[name]:,}", doc)
        for name, doc in docs(limits.Limits)
    )
    return table(("Limit", "Default", "What it bounds, and why so"), rows)


def remarks() -> str:
    """What is said of traffic, the worst first."""
    codes = [code for code in vars(notes).values() if isinstance(code, notes.Code)]
    codes.sort(key=lambda code: -code.severity)
    said = ((str(each.severity), each.sentence) for each in codes)
    return table(("Severity", "Sentence"), said)


def house() -> str:
    """The map in the package's docstring."""
    assert fcgidissect.__doc__ is not None
    drawn = fcgidissect.__doc__.partition("as a contract.\n\n")[2].partition("\n\n")[0]
    return f"\n```text\n{dedent(drawn)}\n```\n\n"


def beside() -> str:
    """Captures of which it is known what was sent, as tshark and as we list them."""
    names = ("lossy", "reorder-web", "reorder-lossy", "midstream-stdout")
    sent = ("Capture", "Records sent", "Whole in it")
    listed = ("tshark lists", "fcgidissect lists", "Whole ones that it lacks")
    return table(sent + listed, map(_beside, names))


def _beside(name: str) -> "tuple[str, ...]":
    (run,) = (run for run in truth.runs() if run.captures == (f"{name}.pcap.gz",))
    ours, held = truth.found(run), truth.held(run)
    sent = whole = missed = 0
    listed = sum(map(len, ours.values()))
    for direction in run.directions:
        ends = direction.source, direction.destination
        sure = truth.whole(direction, held.get(ends, set()))
        sent, whole = sent + len(sure), whole + sum(sure)
        missed += truth.missed(direction, ours.get(ends, []), sure)
    theirs = f"{_tshark(run.captures[0], 'FALSE')}, {_tshark(run.captures[0], 'TRUE')}"
    return code(run.captures[0]), *map(str, (sent, whole, theirs, listed, missed))


def _tshark(name: str, in_order: str) -> int:
    """How many records tshark lists."""
    again = ("-o", f"tcp.reassemble_out_of_order:{in_order}")
    asked = ("-r", str(CAPTURES / name), "-T", "fields", "-e", "fcgi.type")
    text = tshark(*again, *asked, "-Y", "fcgi", ports=[9000])
    return len(text.replace(",", " ").split())


def docs(noun: type) -> "Iterator[tuple[str, str]]":
    """The attributes of a class and the string under each."""
    (body,) = ast.parse(inspect.getsource(noun)).body
    assert isinstance(body, ast.ClassDef)
    for line, below in zip(body.body, body.body[1:]):
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
            assert isinstance(below, ast.Expr), f"{line.target.id} has no docstring"
            assert isinstance(below.value, ast.Constant)
            yield line.target.id, " ".join(str(below.value.value).split())


TABLES: "dict[str, Callable[[], str]]" = {
    made.__name__: made
    for made in (
        *(fields, connections, formats, statistics, statuses),
        *(operators, functions, forms),
        *(bounds, remarks, house, beside),
    )
}
WITH_TSHARK = {"beside"}
"""Tables with what tshark says."""


def test_each_table_is_there_once() -> None:
    assert [name for name, _ in TABLE.findall(TEXT)] == [
        name for name in re.findall(r"<!-- (\w+) -->", TEXT) if name in TABLES
    ]
    assert {name for name, _ in TABLE.findall(TEXT)} == set(TABLES)


@pytest.mark.parametrize(
    "name, body",
    [
        pytest.param(*each, marks=needs_tshark if each[0] in WITH_TSHARK else ())
        for each in TABLE.findall(TEXT)
    ],
)
def test_a_table_is_the_programs_own(name: str, body: str) -> None:
    assert body == TABLES[name](), "python -m tests.test_readme writes it anew"


FILTER_ROW = re.compile(r"^\| `([^`]+)` \| [^|]+ \| [^|]+ \|$", re.MULTILINE)


def differing() -> "list[str]":
    section = TEXT.partition("### Beside Wireshark's language")[2].partition("\n#")[0]
    return [row.replace("\\|", "|") for row in FILTER_ROW.findall(section)]


def test_filters_that_differ_from_wiresharks_are_filters_here() -> None:
    assert len(differing()) > 5
    for expression in differing():
        assert compile_filter(expression, Registry()).fields


@needs_tshark
def test_the_fields_that_are_said_to_be_tsharks_are_those_that_it_has() -> None:
    done = subprocess.run(["tshark", "-G", "fields"], capture_output=True, text=True)
    rows = (line.split("\t") for line in done.stdout.splitlines())
    theirs = {row[2] for row in rows if row[0] in "FP"}
    (said,) = re.findall(r"^Of the names .* tshark has these: (.*)\.$", TEXT, re.M)
    both = {name for name in Registry().names() if name in theirs | {"fcgi"}}
    assert {name for name in both if name.startswith("fcgi.")} == set(
        re.findall(r"`([^`]+)`", said)
    )
    others = {name for name in Registry().names() if not name.startswith("fcgi")}
    assert others <= both


def written_anew(text: str) -> str:
    """README.md with its tables, and the outputs that stand whole, as they are now."""

    def console(block: "re.Match[str]") -> str:
        return "```console\n" + "".join(map(shown, examples(block[1]))) + "```"

    def examples(body: str) -> "list[tuple[str, str]]":
        return [_command(each) for each in re.split(r"^\$ ", body, flags=re.M)[1:]]

    status = 0

    def shown(example: "tuple[str, str]") -> str:
        nonlocal status
        command, output = example
        if "…" not in output:
            run = f"(exit {status}); {command}"
            output, status = carried_out(["bash", "-c", run])
        return f"$ {command}\n{output}"

    def printed(program: "re.Match[str]") -> str:
        output = carried_out([sys.executable, "-c", program[1]]).output
        return f"```python\n{program[1]}```\n\n```text\n{output}```"

    text = PYTHON.sub(printed, text)
    text = re.sub(r"^```console\n(.*?)^```$", console, text, flags=re.M | re.S)
    return TABLE.sub(
        lambda found: f"<!-- {found[1]} -->\n{TABLES[found[1]]()}<!-- /{found[1]} -->",
        text,
    )


if __name__ == "__main__":
    README.write_text(written_anew(TEXT), encoding="utf-8")
