"""Messages of an interpreter that runs cells (../messages.ts), between what its program prints."""

import json
import os
import signal
from _thread import allocate_lock

PIECE_BYTES = 4000
"""Of a message at a time: with its head a piece stays below what a pipe takes in one go."""


class Messages:
    def __init__(self, token, outputs):
        self._token = token.encode()
        self._outputs = outputs
        self._lock = allocate_lock()

    def send(self, message, body=b"", output=0):
        """Writes a message between what the program prints: 0 to stdout, 1 to stderr. An interrupt waits until it is whole."""
        rest = json.dumps(message).encode() + b"\n" + body
        with Uninterrupted(), self._lock:
            is_first = True
            while rest or is_first:
                piece, rest = rest[:PIECE_BYTES], rest[PIECE_BYTES:]
                head = b"%s%d%d%04x" % (self._token, is_first, not rest, len(piece))
                write_all(self._outputs[output].kept, head + piece)
                is_first = False


class Uninterrupted:
    """Has an interrupt wait until what is within has ended. Threads other than the main one are never interrupted."""

    def __enter__(self):
        self._is_pending = False
        try:
            self._handler = signal.signal(signal.SIGINT, self._note)
        except ValueError:
            self._handler = None

    def __exit__(self, *_):
        if self._handler is None:
            return
        signal.signal(signal.SIGINT, self._handler)
        if self._is_pending:
            signal.raise_signal(signal.SIGINT)

    def _note(self, *_):
        self._is_pending = True


def write_all(descriptor, data):
    data = memoryview(data)
    while data:
        data = data[os.write(descriptor, data) :]
