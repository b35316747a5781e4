"""One program from its payload to its end."""

import os
import struct
import time

from .bounds import (
    BUSY_READS,
    DRAIN,
    GATHER,
    HELD_BYTES,
    KIB,
    KILL_AGAIN,
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
from .memory import MemoryMeter
from .outlet import widen
from .signals import name_of_signal

NEVER = float("inf")


class Run:
    """Runs from its payload on, drains from the exit of the program's first process on, and has then ended."""

    def __init__(self, name, child, outlet, poll):
        self.id = name
        self.child = child
        self.pipes = child.pipes
        self.outlet = outlet
        self.poll = poll
        self.feed = Feed(self.pipes.feed, poll)
        for descriptor in (self.pipes.stdout_read, self.pipes.stderr_read):
            os.set_blocking(descriptor, False)
        self.pause = PAUSE if widen(self.pipes.stdout_read) else PAUSE / 4
        widen(self.pipes.stderr_read)
        self.open = {self.pipes.stdout_read: 1, self.pipes.stderr_read: 2}
        """The program's pipes that have not ended, with their streams' numbers."""
        self.payload = None
        """Until `start` was taken by stdout."""
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
        self.pause_until = 0.0
        self.reads = 0
        self.reads_since = 0.0
        self.cpu_before = 0.0
        self.memory_before = None
        self.usage = None
        self.orphans_cpu = 0.0

    def start(self, payload, source, frame, now):
        """`source` is the payload's JSON, `frame` the `start` that is printed before the program gets it."""
        limits = payload["limits"]
        self.timeout = limits["timeoutMs"] / MILLISECOND
        self.chunker = Chunker(limits["outputBytes"], self.outlet.chunk)
        self.memory = MemoryMeter(self.child.pid, limits["memoryMb"] * MIB)
        self.memory.next_sample = now + SAMPLE
        self.disk = DiskMeter(self.child.directory, self.memory.processes, now)
        self.feed.begin(payload)
        self.payload = source
        self.outlet.put_start(frame)
        self.outlet.flush()
        self.hand_over(now)

    # What it waits for

    def watch(self, now, poll_in, poll_out):
        self.poll.watch(self.pipes.begun_read, poll_in if self.started is None else 0)
        wants_room = self.payload is None and self.feed.wants_room()
        self.poll.watch(self.pipes.feed, poll_out if wants_room else 0)
        reads = poll_in if self.may_read() and self.pause_until <= now else 0
        for descriptor in self.open:
            self.poll.watch(descriptor, reads)

    def may_read(self):
        """Whether the program's output may be read now, or is held back. What is left after its end is little."""
        return self.exit is not None or self.outlet.held_bytes <= HELD_BYTES

    def next_due(self, now):
        if self.exit is not None:
            return min(self.kill_at, self.drained_by)
        due = [self.chunker.due(), self.memory.next_sample, self.disk.next_sample, self.deadline, self.kill_at]
        if self.pause_until > now and self.may_read():
            due.append(self.pause_until)
        return min(due)

    # What happens

    def serve(self, descriptor, now):
        if descriptor in self.open:
            self.read_program(descriptor, now)
        elif descriptor == self.pipes.begun_read:
            self.receive_begun(now)

    def pass_time(self, now):
        self.hand_over(now)
        self.feed_program()
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
        data, self.payload = struct.pack("@Q", len(self.payload)) + self.payload, None
        self.deadline = now + self.timeout
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(self.pipes.payload, view) :]
        except OSError:  # The child is gone, which is seen where children are waited for.
            pass
        os.close(self.pipes.payload)

    def receive_begun(self, now):
        try:
            data = os.read(self.pipes.begun_read, 64)
            self.started, self.cpu_before, self.memory_before, self.memory.baseline = struct.unpack("@ddQQ", data)
        except (OSError, struct.error):  # It ended before.
            self.started = now
        if self.cause is None:
            self.deadline = self.started + self.timeout
        self.interrupt(self.interrupts)

    def feed_program(self):
        if self.payload is None and self.feed.proceed() and self.feed.stays_open:
            self.outlet.put_taken(self.feed.taken)

    def interrupt(self, requested):
        """SIGINT when there are requests that the program has not had; one that has not begun gets it when it does."""
        self.interrupts = max(self.interrupts, requested)
        if self.started is None or self.exit is not None or self.delivered == self.interrupts:
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
            self.consider_pause(now)
            if len(data) < READ_BYTES:
                return

    def consider_pause(self, now):
        if now - self.reads_since > GATHER:
            self.reads_since = now
            self.reads = 0
        self.reads += 1
        if self.reads > BUSY_READS and self.exit is None:
            self.pause_until = now + self.pause

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
        if self.cause is None:
            self.cause = cause
            self.deadline = NEVER
            if grace > 0:
                self.child.send(15)
            self.kill_at = now + grace
        else:
            self.kill_at = min(self.kill_at, now + grace)
        if self.kill_at <= now:
            self.kill_at = NEVER
            self.child.kill_all()

    def take_exit(self, status, usage, now):
        """The program's first process has ended: everything else is killed, and what is left in the pipes read."""
        self.exit = status
        self.usage = usage
        self.exited_at = now
        self.pause_until = 0.0
        self.drained_by = now + DRAIN
        self.kill_at = now + KILL_AGAIN
        self.child.kill_all()
        self.feed.close()

    def drain(self, now):
        """Reads until nobody can write any more, or it takes too long: a process that cannot be killed may hold a pipe."""
        if self.started is None:
            self.receive_begun(now)
        for descriptor in list(self.open):
            self.read_program(descriptor, now)
        if now >= self.kill_at:
            self.kill_at = now + KILL_AGAIN
            self.child.kill_all()
        if self.ended is None and (not self.open or now >= self.drained_by):
            for descriptor in self.open:
                self.poll.close(descriptor)
            self.open.clear()
            self.chunker.end(now)
            self.ended = now

    def end_fields(self):
        """Of the `end` frame."""
        import signal

        code = signal_name = None
        cause = "output" if self.cause is None and self.chunker.truncated else self.cause
        if cause is None and os.WIFEXITED(self.exit):
            cause, code = "exit", os.WEXITSTATUS(self.exit)
        elif cause is None:
            number = os.WTERMSIG(self.exit)
            if number == signal.SIGKILL and self.memory.was_killed():
                cause = "memory"
            else:
                cause, signal_name = "signal", name_of_signal(signal, number)
        return {
            "last": self.outlet.last,
            "cause": cause,
            "exitCode": code,
            "signal": signal_name,
            "wallMs": round((self.exited_at - self.started) * MILLISECOND),
            "cpuMs": self.cpu(),
            "maxMemoryMb": self.peak_memory(),
            "truncated": self.chunker.truncated,
        }

    def cpu(self):
        used = self.usage.ru_utime + self.usage.ru_stime - self.cpu_before + self.orphans_cpu
        return round(max(0.0, used) * MILLISECOND)

    def peak_memory(self):
        """MiB: the most that was seen, or the kernel's own figure of the greatest process when that is more."""
        found = [] if self.memory.peak is None else [self.memory.peak]
        if self.memory_before and self.usage.ru_maxrss:
            found.append(max(0, self.usage.ru_maxrss - self.memory_before) * KIB)
        return round(max(found) / MIB, 1) if found else None
