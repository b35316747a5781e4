"""A cell: a run in an interpreter that stays."""

import os

from .bounds import READ_BYTES, TERMINATE_GRACE
from .context import CELL, CellFeed, framed
from .given import write_given
from .run import NEVER, Run
from .shell import used_processor

SIGINT = 2


class CellRun(Run):
    """Ends when its interpreter says so on both of its streams, or is lost. What ends it interrupts it first."""

    def __init__(self, name, child, outlet, poll):
        super().__init__(name, child, outlet, poll)
        self.context = child.context
        self.state_lost = child.was_lost
        self.feed = CellFeed(self.context, poll)
        self.code = None
        """What the interpreter says of it on stdout."""
        self.can_be_interrupted = False

    def hand_over(self, now):
        if self.payload is None or self.outlet.has_unsent():
            return
        import json

        payload, self.payload = json.loads(self.payload), None
        self.started = now
        self.deadline = now + self.timeout
        self.cpu_before = used_processor(self.child.pid)
        problem = write_given(self.child.directory, payload["files"], self.files.given_at)
        if self.cause is not None or problem is not None:
            if problem is not None:
                self.chunker.push(2, problem.encode() + b"\n", now)
            self.end_with(1, now)
            return
        document = {name: payload[name] for name in ("code", "fileName", "args", "env")}
        self.context.number += 1
        document["number"] = self.context.number
        self.context.unsent += framed(CELL, json.dumps(document).encode())
        for descriptor, items in self.context.early.items():
            self.context.early[descriptor] = []
            self.take_all(descriptor, items, now)

    def watch(self, now, poll_in, poll_out):
        wants_room = self.payload is None and self.feed.wants_room()
        self.poll.watch(self.pipes.feed, poll_out if wants_room else 0)
        # Before the cell is given what waits in the pipes may wait on.
        may_read = self.payload is None and self.may_read() and self.pauses.until <= now
        for descriptor in self.open:
            self.poll.watch(descriptor, poll_in if may_read else 0)

    def read_program(self, descriptor, now):
        while descriptor in self.open and self.may_read():
            try:
                data = os.read(descriptor, READ_BYTES)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            if not data:
                rest, self.context.readers[descriptor].rest = self.context.readers[descriptor].rest, b""
                self.chunker.push(self.open[descriptor], rest, now)
                self.close_stream(descriptor)
                return
            self.take_all(descriptor, list(self.context.readers[descriptor].read(data)), now)
            self.pauses.count_read(now)
            if len(data) < READ_BYTES:
                return

    def take_all(self, descriptor, items, now):
        for index, item in enumerate(items):
            if descriptor not in self.open:
                self.context.early[descriptor] += items[index:]
                return
            if isinstance(item, bytes):
                self.chunker.push(self.open[descriptor], item, now)
            elif item["type"] == "display":
                item.pop("type")
                self.chunker.display(item, now)
            elif item["number"] == self.context.number:
                self.take_message(descriptor, item, now)

    def take_message(self, descriptor, message, now):
        stream = self.open[descriptor]
        if message["type"] == "ended":
            if stream == 1:
                self.code = message["exitCode"]
            self.close_stream(descriptor)
            if not self.open and self.exit is None:
                self.end_with(self.code or 0, now)
        elif stream == 1 and not self.can_be_interrupted:
            self.can_be_interrupted = True
            if self.cause is None:
                self.started = now
                self.deadline = now + self.timeout
            else:
                self.ask_to_end()
            self.interrupt(self.interrupts)

    def close_stream(self, descriptor):
        """The pipe stays, for the next cell."""
        del self.open[descriptor]
        self.poll.watch(descriptor, 0)

    def interrupt(self, requested):
        self.interrupts = max(self.interrupts, requested)
        if self.can_be_interrupted and self.exit is None and self.delivered != self.interrupts:
            self.delivered = self.interrupts
            self.child.send(SIGINT)

    def ask_to_end(self):
        if self.can_be_interrupted:
            self.child.send(SIGINT)

    def stop(self, cause, grace, now):
        super().stop(cause, TERMINATE_GRACE if cause in ("output", "disk") else grace, now)

    def end_with(self, code, now):
        """The cell has ended, and its interpreter stays."""
        self.exit = code << 8
        self.exited_at = now
        self.feed.close()

    def drain(self, now):
        if self.usage is None:
            self.finish(now)
        else:
            super().drain(now)

    def take_exit(self, status, usage, now):
        """Its interpreter has ended."""
        self.state_lost = True
        self.payload = None
        super().take_exit(status, usage, now)

    def receive_begun(self, now):
        self.started = now

    def finish(self, now):
        for descriptor in list(self.open):
            self.close_stream(descriptor)
        self.chunker.end(now)
        self.kill_at = NEVER
        self.ended = now

    def processor_time(self):
        return used_processor(self.child.pid) - self.cpu_before if self.usage is None else super().processor_time()
