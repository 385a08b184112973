"""The parser comes in, what completes its options in bash, zsh and fish goes out."""

import argparse
from shlex import quote
from typing import Callable, Dict, Iterator, List, NamedTuple

from fcgidissect.options.groups import groups, parser
from fcgidissect.statistics import usage

_FILES = frozenset({"CAPTURE", "FILE", "PCAP", "DIR"})
"""Metavars that stand for a path."""


class Option(NamedTuple):
    """What a shell knows of an option."""

    names: List[str]
    help: str
    metavar: str
    """Of its value; empty where it has none."""
    words: List[str]
    """What its value may be, where that can be listed."""
    repeated: bool

    @property
    def is_path(self) -> bool:
        """Its value is the path of a file or a folder."""
        return self.metavar in _FILES


def completion(shell: str) -> str:
    """The completion for a shell, a key of `SHELLS`."""
    return SHELLS[shell](list(_options()))


def _options() -> "Iterator[Option]":
    for _, actions in groups(parser()):
        yield from (_option(each) for each in actions if each.option_strings)


def _option(action: argparse.Action) -> Option:
    metavar = "" if action.nargs == 0 else str(action.metavar or action.dest.upper())
    repeated = isinstance(action, argparse._AppendAction)
    help = (action.help or "").replace("%%", "%").partition(";")[0].partition(":")[0]
    return Option([*action.option_strings], help, metavar, _words(action), repeated)


def _words(action: argparse.Action) -> "List[str]":
    """What an option's value may be."""
    if action.metavar == "FIELD":
        from fcgidissect.registry import Registry

        return Registry().names()
    if action.metavar == "STAT":
        return [words.partition("[")[0] for words, _ in usage()]
    return [str(each) for each in action.choices or ()]


def _bash(options: "List[Option]") -> str:
    cases = "".join(
        f"        {'|'.join(each.names)}) {_bash_value(each)}return ;;\n"
        for each in options
        if each.metavar
    )
    names = " ".join(name for each in options for name in each.names)
    return f"""\
# fcgidissect --completion bash

_fcgidissect_words() {{ mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2"); }}

_fcgidissect_files() {{
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$1")
}}

_fcgidissect() {{
    local word=${{COMP_WORDS[COMP_CWORD]}}
    COMPREPLY=()
    case ${{COMP_WORDS[COMP_CWORD - 1]}} in
{cases}    esac
    if [[ $word == -* ]]; then
        _fcgidissect_words {quote(names)} "$word"
    else
        _fcgidissect_files "$word"
    fi
}}

complete -F _fcgidissect fcgidissect
"""


def _bash_value(option: Option) -> str:
    if option.is_path:
        return '_fcgidissect_files "$word"; '
    if not option.words:
        return ""
    return f'_fcgidissect_words {quote(" ".join(option.words))} "$word"; '


def _zsh(options: "List[Option]") -> str:
    specs = [_zsh_spec(each, name) for each in options for name in each.names]
    lines = " \\\n".join(f"    {quote(spec)}" for spec in [*specs, "*:CAPTURE:_files"])
    return f"#compdef fcgidissect\n# fcgidissect --completion zsh\n\n_arguments -s \\\n{lines}\n"


def _zsh_spec(option: Option, name: str) -> str:
    """As zshcompsys(1) has it for _arguments."""
    others = "*" if option.repeated else f"({' '.join(option.names)})"
    spec = f"{others}{name}[{_zsh_text(option.help)}]"
    if not option.metavar:
        return spec
    action = "_files" if option.is_path else f"({' '.join(option.words)})"
    return f"{spec}:{_zsh_text(option.metavar)}:{action if action != '()' else ' '}"


def _zsh_text(text: str) -> str:
    return "".join(f"\\{each}" if each in "[]:\\" else each for each in text)


def _fish(options: "List[Option]") -> str:
    return "# fcgidissect --completion fish\n" + "".join(map(_fish_line, options))


def _fish_line(option: Option) -> str:
    parts = ["complete -c fcgidissect"]
    for name in option.names:
        parts.append(f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}")
    if option.metavar:
        parts.append("-r -F" if option.is_path else "-x")
    if option.words:
        parts.append(f"-a {_fish_quoted(' '.join(option.words))}")
    return " ".join([*parts, f"-d {_fish_quoted(option.help)}"]) + "\n"


def _fish_quoted(text: str) -> str:
    """fish knows two escapes between single quotes."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


SHELLS: "Dict[str, Callable[[List[Option]], str]]" = {
    "bash": _bash,
    "zsh": _zsh,
    "fish": _fish,
}
"""Shell -> what writes its completion."""
