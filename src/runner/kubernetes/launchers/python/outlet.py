"""What is printed to the server."""

import os
from collections import deque

from .bounds import DISPLAY_PIECE, FILE_BATCH_BYTES, MAX_ANSWERS, PIPE_BYTES


class Outlet:
    """Writes frames in order and never more than stdout takes, and holds chunks until they are acknowledged.

    To repeat is to go back in what is held, so it costs no memory however often it is requested: beside the chunks held
    there are one `start`, one `stdin`, one `end`, the newest answers, and what stdout did not take of the last write.
    """

    def __init__(self, descriptor):
        self.descriptor = descriptor
        os.set_blocking(descriptor, False)
        widen(descriptor)
        self.answers = deque(maxlen=MAX_ANSWERS)
        self.rest = memoryview(b"")
        self.files = None
        """The files that the program left: frames of them are made when there is room for them."""
        self.begin(b"")

    def begin(self, tag):
        """A run begins: what was held of the last one is dropped. `tag` stands at the end of each of its frames."""
        self.tag = tag
        self.start = None
        self.end = None
        self.taken = None
        """How much of an open stdin the program's pipe has taken, when that was not sent yet."""
        self.start_is_sent = True
        self.end_is_sent = True
        if self.files is not None:
            self.files.close()
        self.files = None
        self.held = {}
        """Frames of the chunks after `acknowledged`, by number, in order."""
        self.held_bytes = 0
        self.acknowledged = 0
        self.sent = 0
        self.last = 0

    def answer(self, frame):
        """A server repeats what got no answer; of answers that cannot go out the newest are enough."""
        if len(self.answers) == MAX_ANSWERS:
            self.flush()
        self.answers.append(frame)

    def put_start(self, frame):
        self.start = frame
        self.start_is_sent = False

    def put_taken(self, offset):
        self.taken = offset

    def put_end(self, frame):
        self.end = frame
        self.end_is_sent = False

    def chunk(self, stream, at, text):
        self.hold(b'{"type":"out","n":%d,"s":%d,"at":%d,"d":%s%s}\n' % (self.last + 1, stream, at, text, self.tag))

    def display(self, at, text):
        """Text of JSON, in as many frames as it takes; one chunk."""
        import json

        pieces = [text[start : start + DISPLAY_PIECE] for start in range(0, len(text), DISPLAY_PIECE)]
        head = b'{"type":"out","n":%d,"s":3,"at":%d,"d":' % (self.last + 1, at)
        frames = []
        for index, piece in enumerate(pieces):
            more = b"" if index == len(pieces) - 1 else b',"more":true'
            frames.append(b'%s%s,"i":%d%s%s}\n' % (head, json.dumps(piece).encode(), index, more, self.tag))
        self.hold(b"".join(frames))

    def hold(self, frames):
        self.last += 1
        self.held[self.last] = frames
        self.held_bytes += len(frames)

    def acknowledge(self, number):
        while self.acknowledged < min(number, self.last):
            self.acknowledged += 1
            self.held_bytes -= len(self.held.pop(self.acknowledged))
        self.sent = max(self.sent, self.acknowledged)

    def repeat_after(self, number):
        self.start_is_sent = self.start is None
        self.end_is_sent = self.end is None
        self.sent = max(self.acknowledged, min(self.sent, number))

    def has_unsent(self):
        return bool(
            self.rest
            or self.answers
            or self.taken is not None
            or self.sent < self.last
            or not self.start_is_sent
            or not self.end_is_sent
            or (self.files is not None and self.files.has_unsent())
        )

    def flush(self):
        """Writes what stdout takes now."""
        while True:
            if not self.rest:
                self.rest = memoryview(self.batch())
                if not self.rest:
                    return
            try:
                written = os.write(self.descriptor, self.rest)
            except BlockingIOError:
                return
            except OSError:  # Nobody will ever read it.
                written = len(self.rest)
            self.rest = self.rest[written:]
            if self.rest:
                return

    def batch(self):
        """What is to be written next; nothing when all was."""
        frames = list(self.answers)
        self.answers.clear()
        if not self.start_is_sent:
            self.start_is_sent = True
            frames.append(self.start)
        if self.taken is not None:
            frames.append(b'{"type":"stdin","taken":%d%s}\n' % (self.taken, self.tag))
            self.taken = None
        size = 0
        while self.sent < self.last and size < PIPE_BYTES:
            self.sent += 1
            frames.append(self.held[self.sent])
            size += len(frames[-1])
        if self.sent == self.last and not self.end_is_sent:
            self.end_is_sent = True
            frames.append(self.end)
        size = 0
        while self.files is not None and self.files.has_unsent() and size < FILE_BATCH_BYTES:
            frames.append(self.files.next_frame())
            size += len(frames[-1])
        return b"".join(frames)


def widen(descriptor):
    """Makes a pipe larger than 64 KiB where that is allowed, so that its two ends need to take turns less often."""
    try:
        import fcntl

        fcntl.fcntl(descriptor, 1031, PIPE_BYTES)  # F_SETPIPE_SZ
        return True
    except (ImportError, OSError):
        return False
