"""A program's stdin."""

import os

from .bounds import PIPE_BYTES, STDIN_BYTES


class Feed:
    """What the program's stdin still gets. Open until all has gone into the pipe behind which it ends, or the program closed it."""

    def __init__(self, descriptor, poll):
        self.descriptor = descriptor
        self.poll = poll
        os.set_blocking(descriptor, False)
        self.data = b""
        self.taken = 0
        """Bytes that the program's pipe has taken."""
        self.next = 0
        """The offset of the byte that continues what was received."""
        self.stays_open = False
        """Whether it was submitted with a stdin that stays open."""
        self.is_ended = False
        """Whether all that there will be was received."""
        self.is_open = True

    def begin(self, payload):
        self.data = payload["stdin"].encode("utf-8", "surrogatepass")
        self.next = len(self.data)
        self.stays_open = payload.get("stdinOpen") is True
        self.is_ended = not self.stays_open

    def receive(self, offset, data):
        """Bytes from an offset on; what was received before is left out, and so is what there is no room for."""
        if offset > self.next or self.is_ended:
            return
        new = data[self.next - offset : max(0, self.taken + STDIN_BYTES - offset)]
        self.next += len(new)
        if self.is_open:
            self.data += new

    def end(self, offset):
        if offset == self.next:
            self.is_ended = True

    def wants_room(self):
        """Whether it waits for the program to read."""
        return bool(self.data)

    def proceed(self):
        """Gives the program what its pipe takes now. Returns whether it has taken any."""
        if not self.is_open:
            return False
        before = self.taken
        try:
            while self.data:
                written = os.write(self.descriptor, self.data[:PIPE_BYTES])
                self.data = self.data[written:]
                self.taken += written
        except BlockingIOError:
            pass
        except OSError:  # The program does not want it.
            self.close()
        if not self.data and self.is_ended:
            self.close()
        return self.taken > before

    def close(self):
        self.data = b""
        if self.is_open:
            self.is_open = False
            self.poll.close(self.descriptor)
