"""Reading a busy program's output in larger pieces."""

from .bounds import BUSY_READS, GATHER


class Pauses:
    """Leaves the pipes to fill for a moment when they have been read often within a gathering time."""

    def __init__(self, length):
        self.length = length
        self.until = 0.0
        self.reads = 0
        self.since = 0.0

    def count_read(self, now):
        if now - self.since > GATHER:
            self.since = now
            self.reads = 0
        self.reads += 1
        if self.reads > BUSY_READS:
            self.until = now + self.length
