"""Blocks in, the same blocks out, made by a thread while the last ones are worked on.

It pays where making a block lets another thread run, as decompressing does: with a core
to spare the compressed file is read in the time of the plain one.
"""

import sys
from queue import SimpleQueue
from threading import Semaphore, Thread
from typing import Iterator, Union

DEPTH = 4
"""Blocks that are ready at most."""
_PATIENCE = 2e-5
"""Seconds until the thread, which has but a block to hand over, takes its turn. Python lets it
wait for 5 ms, in which several blocks are worked on, so that both would take turns all along
and none of the time be saved."""


class ReadAhead(Iterator[bytes]):
    """An iterator of blocks that is DEPTH of them ahead.

    What the blocks' iterator raises is raised here, behind its last block.
    """

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._ready: "SimpleQueue[Union[bytes, Exception]]" = SimpleQueue()
        self._room = Semaphore(DEPTH)
        self._stopped = False
        self._before = sys.getswitchinterval()
        sys.setswitchinterval(_PATIENCE)
        self._thread = Thread(target=self._work, daemon=True)
        self._thread.start()

    def _work(self) -> None:
        try:
            for block in self._blocks:
                self._ready.put(block)
                self._room.acquire()
                if self._stopped:
                    return
            self._ready.put(StopIteration())
        except Exception as error:  # whatever it is, the reader gets it
            self._ready.put(error)

    def __next__(self) -> bytes:
        block = self._ready.get()
        if isinstance(block, Exception):
            self._ready.put(block)
            raise block
        self._room.release()
        return block

    def stop(self) -> None:
        """Make no more blocks; what they are made of may be closed then."""
        self._stopped = True
        self._room.release()
        self._thread.join()
        sys.setswitchinterval(self._before)
