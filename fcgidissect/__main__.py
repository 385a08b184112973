"""The console script, which is `python -m fcgidissect` too.

Python would answer Ctrl-C amid its imports, which take a short call half of its time, with a
traceback; until they are done it ends the process like any other.
"""

import signal
from typing import NoReturn


def main() -> NoReturn:
    """See `cli.run`."""
    ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if ours:  # and not ignored, as in a shell's background
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from fcgidissect.cli import run

    if ours:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    run()


if __name__ == "__main__":
    main()
