"""A reading comes in, the same without its secrets goes out: below everything that shows it.

Rules:
- The capture is read twice: first to learn the secrets, then to copy it without them into a
  temporary file. Whoever reads that never sees one.
- A capture from a pipe lies in another temporary file between the two.
- What is not certain is blanked, and `remarks` says how much of what.
"""

from typing import Callable, Container, Iterable, Iterator, Sequence

from fcgidissect.capture.write import PcapWriter
from fcgidissect.limits import Limits
from fcgidissect.net.frame import Batch
from fcgidissect.reading import Reading
from fcgidissect.redact.censor import Censor
from fcgidissect.redact.copy import Copy
from fcgidissect.redact.names import Names
from fcgidissect.redact.rules import Rules
from fcgidissect.redact.secrets import Secrets
from fcgidissect.redact.values import Values

BODY = "body"
"""The word in the list of names that stands for all bodies."""


class Redacted(Reading):
    """Captures read without their secrets; iterate over it as often as you like.

    Args:
        reading: the captures, not begun.
        again: gives another reading of them, where they are files.
        ports: TCP ports that carry FastCGI.
        more: names of secrets to add to the list; BODY stands for all bodies.
    """

    def __init__(
        self,
        reading: Reading,
        again: "Callable[[], Reading]",
        ports: "Container[int]",
        more: "Sequence[str]" = (),
        limits: Limits = Limits(),
    ) -> None:
        self._secrets = Secrets(limits)
        self._copy = Copy()
        self._place = 0
        names = Names(name for name in more if name != BODY)
        rules = Rules(Values(names, self._secrets), BODY in more, limits)
        self._secrets.learning = True
        first = Censor(ports, rules)
        if reading.size is None:
            spool = Copy()
            first.pass_over(spool.taking(reading))
            second: "Iterable[Batch]" = spool
        else:
            first.pass_over(reading)
            second = again()
        self._secrets.blanked.clear()
        self._secrets.learning, self._secrets.overwritten = False, 0
        Censor(ports, rules, self._copy).pass_over(second)
        self.damages = reading.damages
        self.packets = reading.packets

    @property
    def size(self) -> int:
        """Bytes of the copy."""
        return self._copy.size

    @property
    def position(self) -> int:
        """Bytes of it read so far."""
        return self._place

    def __iter__(self) -> "Iterator[Batch]":
        for kept in self._copy.batches():
            self._place = kept.place
            yield kept.batch

    def write(self, name: str, others: bool) -> None:
        """Write the packets on the ports in force into a pcap file.

        Args:
            others: the others, too.

        Raises:
            CaptureError: it cannot be written.
        """
        with PcapWriter(name) as pcap:
            for kept in self._copy.batches():
                if others or kept.ours:
                    pcap.batch(kept.batch, None if others else kept.ours)

    @property
    def remarks(self) -> "Iterator[str]":
        """What was done, a line each."""
        secrets = self._secrets
        yield (
            f"{secrets.overwritten} secrets overwritten; {secrets.count} different ones"
            " looked for everywhere"
        )
        for reason, count in sorted(secrets.blanked.items()):
            if count:
                yield f"{count} bytes blanked: {reason}"
        if secrets.unlearned:
            yield (
                f"{secrets.unlearned} secrets found no room: they are overwritten only"
                " where they are named"
            )
