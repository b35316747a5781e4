"""The named interpreters of a session, as the launcher sees them; ../../../local/cells has what runs in them."""

import os

from .bounds import KIB, MESSAGE_BYTES
from .feed import Feed

STDIN, END_OF_STDIN, CELL = 0, 1, 2
"""Kinds of frames (../../../local/cells/frames.ts)."""
FRAME_BYTES = 32 * KIB
"""Of stdin in one frame."""


def framed(kind, data=b""):
    return bytes([kind]) + len(data).to_bytes(3, "big") + data


class Context:
    """An interpreter that runs one cell after the other."""

    def __init__(self, pid, pipes, token):
        self.pid = pid
        self.pipes = pipes
        self.readers = {descriptor: Messages(token) for descriptor in (pipes.stdout_read, pipes.stderr_read)}
        self.early = {descriptor: [] for descriptor in self.readers}
        """What was read behind the end of the last cell: the next one's."""
        self.number = 0
        """Of the cell that was begun last."""
        self.unsent = b""
        """What the interpreter's pipe has not taken of frames that it has to get whole."""
        self.has_exited = False

    def give(self):
        """Writes what the pipe takes; whether that was all. Raises OSError when nobody reads any more."""
        try:
            while self.unsent:
                self.unsent = self.unsent[os.write(self.pipes.feed, self.unsent) :]
        except BlockingIOError:
            pass
        return not self.unsent

    def close(self, poll):
        for descriptor in (self.pipes.feed, *self.readers):
            poll.close(descriptor)


class CellFeed(Feed):
    """The stdin of one cell, in frames on the pipe that its interpreter reads. What the cell does not read is dropped there."""

    def __init__(self, context, poll):
        self.context = context
        self.framed = 0
        """Bytes in the frame that is written now."""
        self.has_framed_end = False
        super().__init__(context.pipes.feed, poll)

    def wants_room(self):
        return self.is_open and bool(self.context.unsent or self.data)

    def proceed(self):
        if not self.is_open:
            return False
        before = self.taken
        try:
            while self.context.give():
                self.taken, self.framed = self.taken + self.framed, 0
                if self.data:
                    piece, self.data = self.data[:FRAME_BYTES], self.data[FRAME_BYTES:]
                    self.context.unsent = framed(STDIN, piece)
                    self.framed = len(piece)
                elif self.has_framed_end:
                    self.close()
                    break
                elif self.is_ended:
                    self.context.unsent = framed(END_OF_STDIN)
                    self.has_framed_end = True
                else:
                    break
        except OSError:  # The interpreter has gone.
            self.close()
        return self.taken > before

    def close(self):
        self.data = b""
        self.is_open = False
        self.poll.watch(self.descriptor, 0)


TOKEN_LENGTH = 32
HEAD_LENGTH = TOKEN_LENGTH + 6
PIECE_BYTES = 4000


class Messages:
    """Parts what an interpreter prints from its messages (../../../local/cells/messages.ts)."""

    def __init__(self, token):
        self.token = token.encode()
        self.rest = b""
        """What may be the beginning of a piece."""
        self.message = bytearray()

    def read(self, data):
        """Bytes that were printed, and messages as dictionaries, in their order."""
        left, self.rest = self.rest + data, b""
        while left:
            start = self.find(left)
            if start > 0:
                yield left[:start]
                left = left[start:]
            if len(left) < HEAD_LENGTH:
                break
            length = self.length_of(left)
            if length is None:
                yield left[:TOKEN_LENGTH]
                left = left[TOKEN_LENGTH:]
                continue
            end = HEAD_LENGTH + length
            if len(left) < end:
                break
            message = self.take(left[HEAD_LENGTH:end], left[TOKEN_LENGTH : TOKEN_LENGTH + 2])
            if message is not None:
                yield message
            left = left[end:]
        self.rest = left

    def find(self, data):
        """Where the next piece begins, or may."""
        found = data.find(self.token)
        if found >= 0:
            return found
        for start in range(max(0, len(data) - TOKEN_LENGTH + 1), len(data)):
            if self.token.startswith(data[start:]):
                return start
        return len(data)

    def length_of(self, data):
        try:
            length = int(data[TOKEN_LENGTH + 2 : HEAD_LENGTH], 16)
        except ValueError:
            return None
        return length if 0 <= length <= PIECE_BYTES else None

    def take(self, piece, flags):
        if flags[:1] == b"1":
            self.message = bytearray()
        if len(self.message) <= MESSAGE_BYTES:
            self.message += piece
        if flags[1:] != b"1":
            return None
        whole, self.message = self.message, bytearray()
        return parse_message(whole) if len(whole) <= MESSAGE_BYTES else None


def parse_message(data):
    """None for what is no message: whoever is in the interpreter may write here."""
    import json

    try:
        found = json.loads(data.partition(b"\n")[0])
        kind = found["type"]
        if kind in ("begun", "ended"):
            code = found.get("exitCode", 0)
            return {"type": kind, "number": int(found["number"]), "exitCode": int(code) & 255}
        if kind != "display":
            return None
        parts = [
            {"mediaType": str(part["mediaType"]), "data": str(part["data"]), "isBase64": part.get("isBase64") is True}
            for part in found["parts"]
        ]
        return {"type": kind, "text": str(found["text"]), "parts": parts, "isResult": found.get("isResult") is True}
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, OverflowError):
        return None
