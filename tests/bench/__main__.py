"""Measures fcgidissect beside tshark: python -m tests.bench --help."""

import argparse
from fractions import Fraction
from pathlib import Path

from tests.bench import cache, report, tables
from tests.bench.programs import installed


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description="Measure fcgidissect beside tshark; write a table in Markdown.",
    )
    add = parser.add_argument
    add(
        "--scale",
        type=Fraction,
        default=Fraction(1, 8),
        help="1: 400,000 packets or 1 GB a capture (default: 1/8)",
    )
    add("--runs", type=int, default=3, help="how often each is run (default: 3)")
    add(
        "--job",
        action="append",
        default=[],
        metavar="NAME",
        help="this job alone: list, or list/small; may be repeated",
    )
    add("--cache", type=Path, default=cache.DEFAULT, help="where captures are kept")
    add("--program", help="our program (default: that of this Python)")
    modes = parser.add_mutually_exclusive_group()
    for name, mode in tables.INSTEAD.items():
        said = f"{mode.__doc__} Instead of the jobs."
        modes.add_argument(
            f"--{name}", dest="mode", action="store_const", const=mode, help=said
        )
    parser.set_defaults(mode=tables.jobs)
    return parser


def main() -> None:
    options = arguments().parse_args()
    program = options.program or installed()
    sized = f"Scale {options.scale}, {options.runs} runs"
    for line in (*report.machine(), sized):
        print(f"- {line}", flush=True)
    print()
    for line in options.mode(program, options):
        print(line, flush=True)


if __name__ == "__main__":
    main()
