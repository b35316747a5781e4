"""One program from its payload to its end."""

import os
import struct
import time

from .bounds import (
    DRAIN,
    HELD_BYTES,
    KIB,
    KILL_AGAIN,
    KILL_SOON,
    MIB,
    MILLISECOND,
    PAUSE,
    READ_BYTES,
    SAMPLE,
    TERMINATE_GRACE,
)
from .chunker import Chunker
from .disk import DiskMeter
from .feed import Feed
from .files import files_of
from .memory import MemoryMeter
from .outlet import widen
from .pauses import Pauses
from .shell import CompileStep, used_processor

NEVER = float("inf")


class Run:
    """Runs from its payload on, drains from the exit of the program's first process on, and has then ended."""

    state_lost = False

    def __init__(self, name, child, outlet, poll):
        self.id = name
        self.child = child
        self.pipes = child.pipes
        self.outlet = outlet
        self.poll = poll
        self.feed = Feed(self.pipes.feed, poll)
        for descriptor in (self.pipes.stdout_read, self.pipes.stderr_read):
            os.set_blocking(descriptor, False)
        self.pauses = Pauses(PAUSE if widen(self.pipes.stdout_read) else PAUSE / 4)
        widen(self.pipes.stderr_read)
        self.open = {self.pipes.stdout_read: 1, self.pipes.stderr_read: 2}
        """The program's pipes that have not ended, with their streams' numbers."""
        self.payload = None
        """Until `start` was taken by stdout."""
        self.compile = None
        """The step before a program that is compiled."""
        self.interrupts = 0
        """How many were requested."""
        self.delivered = 0
        """How many of them the program has had."""
        self.cause = None
        self.exit = None
        """Status of the program's first process, once it has ended."""
        self.started = None
        self.exited_at = None
        self.ended = None
        self.deadline = NEVER
        self.kill_at = NEVER
        self.drained_by = NEVER
        self.has_strays = False
        self.cpu_before = 0.0
        self.memory_before = None
        self.usage = None
        self.orphans_cpu = 0.0

    def start(self, payload, source, frame, now):
        """`source` is the payload's JSON, `frame` the `start` that is printed before the program gets it."""
        limits = payload["limits"]
        self.timeout = limits["timeoutMs"] / MILLISECOND
        self.chunker = Chunker(limits["outputBytes"], self.outlet)
        self.memory_limit = limits["memoryMb"] * MIB
        self.compile_limits = payload.get("compile")
        self.memory = MemoryMeter(self.child.pid, self.memory_limit, self.child.processes)
        self.memory.next_sample = now + SAMPLE
        self.disk = DiskMeter(self.child.directory, self.memory.processes, now)
        self.feed.begin(payload)
        self.files = files_of(payload, self.id, self.child.directory)
        self.payload = source
        self.outlet.put_start(frame)
        self.outlet.flush()
        self.hand_over(now)

    def watch(self, now, poll_in, poll_out):
        self.poll.watch(self.pipes.begun_read, poll_in if self.started is None else 0)
        wants_room = self.payload is None and self.feed.wants_room()
        self.poll.watch(self.pipes.feed, poll_out if wants_room else 0)
        reads = poll_in if self.may_read() and self.pauses.until <= now else 0
        for descriptor in self.open:
            self.poll.watch(descriptor, reads)

    def may_read(self):
        """Whether the program's output may be read now, or is held back. What is left after its end is little."""
        return self.exit is not None or self.outlet.held_bytes <= HELD_BYTES

    def next_due(self, now):
        if self.exit is not None:
            return min(self.kill_at, self.drained_by)
        due = [self.chunker.due(), self.memory.next_sample, self.disk.next_sample, self.deadline, self.kill_at]
        if self.pauses.until > now and self.may_read():
            due.append(self.pauses.until)
        return min(due)

    def serve(self, descriptor, now):
        if descriptor in self.open:
            self.read_program(descriptor, now)
        elif descriptor == self.pipes.begun_read:
            self.receive_begun(now)

    def pass_time(self, now):
        self.hand_over(now)
        if self.payload is None and self.feed.proceed() and self.feed.stays_open:
            self.outlet.put_taken(self.feed.taken)
        if self.exit is not None:
            self.drain(now)
            return
        self.keep_limits(now)
        self.chunker.proceed(now)
        if self.chunker.truncated:
            self.stop("output", 0, now)

    def hand_over(self, now):
        """Only once `start` is printed: whoever finds no `start` in the log may run the program elsewhere."""
        if self.payload is None or self.outlet.has_unsent():
            return
        data, self.payload = struct.pack("@QQ", len(self.payload), self.files.given_at) + self.payload, None
        self.deadline = now + self.timeout
        if self.compile_limits is not None:
            self.compile = CompileStep(self.compile_limits, now)
            self.deadline = self.compile.deadline
            self.memory.limit = self.compile.memory
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(self.pipes.payload, view) :]
        except OSError:  # The child is gone, which is seen where children are waited for.
            pass
        if self.compile is None:
            self.close_payload()
        self.interrupt(self.interrupts)

    def receive_begun(self, now):
        if self.compile is not None:
            self.receive_compiled(now)
            return
        try:
            data = os.read(self.pipes.begun_read, 64)
            self.started, self.cpu_before, self.memory_before, self.memory.baseline = struct.unpack("@ddQQ", data)
        except (OSError, struct.error):  # It ended before.
            self.started = now
        self.has_begun()

    def has_begun(self):
        if self.cause is None:
            self.deadline = self.started + self.timeout
        self.interrupt(self.interrupts)

    def receive_compiled(self, now):
        """The script waits for the word to start the program, and is told it when all that the compiler printed is read."""
        try:
            data = os.read(self.pipes.begun_read, 64)
        except OSError:
            data = b""
        self.compile.receive(data, now)
        self.started = now
        if self.compile.code != 0 or self.cause is not None:
            self.stop("compile", 0, now)
            return
        for descriptor in list(self.open):
            self.read_program(descriptor, now)
        self.memory.limit = self.memory_limit
        self.memory.peak = None
        self.memory.next_sample = self.memory.next_exact = now
        self.cpu_before = used_processor(self.child.pid)
        self.orphans_cpu = 0.0
        self.files.mark()
        try:
            os.write(self.pipes.payload, b"\n")
        except OSError:  # It has ended, which is seen where children are waited for.
            pass
        self.close_payload()
        self.has_begun()

    def interrupt(self, requested):
        """SIGINT when there are requests that the program has not had. Its process holds it until the program begins; what is
        compiled gets it after that."""
        self.interrupts = max(self.interrupts, requested)
        is_given = self.payload is None and (self.compile is None or self.started is not None)
        if not is_given or self.exit is not None or self.delivered == self.interrupts:
            return
        self.delivered = self.interrupts
        self.child.send(2)

    def read_program(self, descriptor, now):
        stream = self.open[descriptor]
        while self.may_read():
            try:
                data = os.read(descriptor, READ_BYTES)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            if not data:
                del self.open[descriptor]
                self.poll.close(descriptor)
                return
            self.chunker.push(stream, data, now)
            if self.compile is not None and self.compile.runs and self.compile.prints_too_much(len(data)):
                self.stop("output", 0, now)
            if self.exit is None:
                self.pauses.count_read(now)
            if len(data) < READ_BYTES:
                return

    # How it ends

    def keep_limits(self, now):
        if now >= self.deadline:
            self.stop("timeout", TERMINATE_GRACE, now)
        if now >= self.memory.next_sample and self.memory.sample(now):
            self.stop("memory", 0, now)
        if now >= self.disk.next_sample and self.disk.sample(now):
            self.stop("disk", 0, now)
        if now >= self.kill_at:
            self.kill_at = NEVER
            self.child.kill_all()

    def stop(self, cause, grace, now):
        """SIGTERM, and SIGKILL after the grace. The first cause is the one that counts; a later one may hasten the end."""
        if self.exit is not None:
            return
        if self.compile is not None and self.compile.runs:
            cause, grace = self.compile.end(now, cause), 0
        if self.cause is None:
            self.cause = cause
            self.deadline = NEVER
            if grace > 0:
                self.ask_to_end()
            self.kill_at = now + grace
        else:
            self.kill_at = min(self.kill_at, now + grace)
        if self.kill_at <= now:
            self.kill_at = NEVER
            self.child.kill_all()

    def ask_to_end(self):
        self.child.send(15)

    def processor_time(self):
        """Seconds, of the program and what came from it."""
        return self.usage.ru_utime + self.usage.ru_stime - self.cpu_before + self.orphans_cpu

    def take_exit(self, status, usage, now):
        """The program's first process has ended: everything else is killed, and what is left in the pipes read."""
        self.exit = status
        self.usage = usage
        self.exited_at = now
        self.pauses.until = 0.0
        self.drained_by = now + DRAIN
        self.kill_left(now)
        self.feed.close()

    def kill_left(self, now):
        self.has_strays = self.child.kill_all()
        self.kill_at = now + (KILL_SOON if self.has_strays else KILL_AGAIN)

    def drain(self, now):
        """Reads until nobody can write any more, or it takes too long: a process that cannot be killed may hold a pipe."""
        if self.started is None:
            self.receive_begun(now)
        for descriptor in list(self.open):
            self.read_program(descriptor, now)
        if now >= self.kill_at:
            self.kill_left(now)
        if self.ended is None and (not (self.open or self.has_strays) or now >= self.drained_by):
            self.finish(now)

    def finish(self, now):
        if self.has_strays:
            self.child.kill_rest()
        for descriptor in (*self.open, self.pipes.begun_read):
            self.poll.close(descriptor)
        self.open.clear()
        self.close_payload()
        self.chunker.end(now)
        self.ended = now

    def close_payload(self):
        if self.pipes.payload is not None:
            os.close(self.pipes.payload)
            self.pipes.payload = None
