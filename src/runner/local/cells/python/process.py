"""What an interpreter of this machine, or of a pod, does that is kept to run cells: they come as its stdin."""

import io
import json
import os
import select
import signal
import sys

from .cells import Cells

STDIN = 0
CELL = 2
HEADER_BYTES = 4


class CellStdin(io.RawIOBase):
    """The stdin of one cell."""

    def __init__(self, frames):
        self._frames = frames

    def readable(self):
        return True

    def readinto(self, buffer):
        return self._frames.readinto(buffer)


class Frames:
    """What the server sends (../frames.ts), the stdin of the cell under way among it."""

    def __init__(self, descriptor):
        self._descriptor = descriptor
        self._bytes = b""
        self._left = 0
        """Of the frame of stdin under way."""
        self._has_ended = False

    def next_cell(self):
        """The next cell; what was not read of the stdin of the one before is dropped. None when the server has gone."""
        self._bytes, self._left = self._bytes[self._left :], max(0, self._left - len(self._bytes))
        self._has_ended = False
        while True:
            while self._left > 0 or len(self._bytes) < HEADER_BYTES or len(self._bytes) < self._end():
                if not self._read():
                    return None
                dropped = min(self._left, len(self._bytes))
                self._bytes, self._left = self._bytes[dropped:], self._left - dropped
            end = self._end()
            kind, body, self._bytes = self._bytes[0], self._bytes[HEADER_BYTES:end], self._bytes[end:]
            if kind == CELL:
                return json.loads(body)

    def readinto(self, buffer):
        while self._left == 0:
            if self._has_ended:
                return 0
            if len(self._bytes) < HEADER_BYTES:
                if not self._read():
                    return 0
            elif self._bytes[0] != STDIN:
                self._has_ended = True
            else:
                self._left, self._bytes = self._end() - HEADER_BYTES, self._bytes[HEADER_BYTES:]
        while not self._bytes:
            if not self._read():
                return 0
        count = min(len(buffer), self._left, len(self._bytes))
        buffer[:count] = self._bytes[:count]
        self._bytes, self._left = self._bytes[count:], self._left - count
        return count

    def _end(self):
        return HEADER_BYTES + int.from_bytes(self._bytes[1:HEADER_BYTES], "big")

    def _read(self):
        """Waits for more. An interrupt comes while it waits, and never between a read and its bytes being kept."""
        select.select([self._descriptor], [], [])
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            more = os.read(self._descriptor, 1 << 16)
            self._bytes += more
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return len(more) > 0


def main():
    frames = Frames(os.dup(0))
    null = os.open("/dev/null", os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    token = sys.argv[1]
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True)
    # What libraries keep for themselves is nothing that a program leaves in its directory.
    os.environ.setdefault("XDG_CACHE_HOME", "/tmp/.cache")
    os.environ.setdefault("MPLCONFIGDIR", "/tmp/.matplotlib")
    fresh_main()

    def open_stdin():
        return io.TextIOWrapper(io.BufferedReader(CellStdin(frames)), "utf-8", "surrogateescape")

    cells = Cells(token, open_stdin)
    sys.path[0] = os.getcwd()
    handler = signal.default_int_handler
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while (cell := frames.next_cell()) is not None:
        cell["env"] = {variable["name"]: variable["value"] for variable in cell["env"]}
        exit_code, handler = cells.run_interruptible(cell, handler)
        cells.send({"type": "ended", "number": cell["number"], "exitCode": 0}, output=1)
        cells.send({"type": "ended", "number": cell["number"], "exitCode": exit_code})


def fresh_main():
    """A module that programs find as `__main__`, without anything of ours."""
    module = type(sys)("__main__")
    module.__builtins__ = __builtins__
    sys.modules["__main__"] = module
    return module


main()
