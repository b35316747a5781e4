"""The launcher: the server's lines and what becomes of them."""

import os
import sys
import time

from .bounds import FLUSH, IDLE_POLL, KIB, MILLISECOND, READ_BYTES, TERMINATE_GRACE, TERMINATED, TOKEN_BYTES
from .child import Child
from .end import end_fields
from .outlet import Outlet
from .poll import Poll
from .given import write_given
from .ready import frame, ready_frame
from .receive import RUN_PAYLOAD, SESSION_PAYLOAD, Lines, parse_bytes, parse_number, parse_payload
from .run import Run
from .session import Session
from .signals import defend, is_terminated
from .start import give_up


class Launcher:
    """`waiting`, then `running` from `start` to `end`, then `ended` until `bye`; in a session until `done`, and `waiting` again."""

    def __init__(self, idle, linger, directory):
        self.idle = idle
        self.linger = linger
        self.child = Child(directory)
        self.run = None
        self.session = None
        self.epoch = 0
        """The highest that a server had."""
        self.is_leaving = False
        self.outlet = Outlet(1)
        self.send_ready(b"-")
        self.outlet.flush()

        # All that will ever be imported here: the program may take the right to open a file. wait4 needs `resource`.
        import binascii  # noqa: F401
        import json  # noqa: F401
        import resource  # noqa: F401
        import select
        import signal

        self.signal = signal
        self.select = select
        self.poll = Poll(select)
        self.lines = Lines()
        os.set_blocking(0, False)
        self.stdin_is_open = True
        self.woken = defend(signal)
        self.received = time.monotonic()

    @property
    def state(self):
        if self.run is None:
            return "waiting"
        return "running" if self.run.ended is None else "ended"

    def serve(self):
        """Serves until it exits."""
        while True:
            now = time.monotonic()
            self.watch(now)
            ready = self.poll.wait(min(self.next_due(now) - now, IDLE_POLL))
            now = time.monotonic()
            for descriptor in ready:
                if descriptor == 0:
                    self.receive(now)
                elif descriptor == self.woken:
                    self.empty_wakeups()
                elif self.run is not None:
                    self.run.serve(descriptor, now)
            self.look_for_terminate(now)
            self.pass_time(now)
            self.outlet.flush()

    def watch(self, now):
        poll_in, poll_out = self.select.EPOLLIN, self.select.EPOLLOUT
        if not self.poll.watch(0, poll_in if self.stdin_is_open else 0):
            self.stdin_is_open = False
        self.poll.watch(self.outlet.descriptor, poll_out if self.outlet.has_unsent() else 0)
        self.poll.watch(self.woken, poll_in)
        if self.state == "running":
            self.run.watch(now, poll_in, poll_out)

    def next_due(self, now):
        if self.state == "running":
            return self.run.next_due(now)
        return now if self.state == "ended" and self.run.files.is_looking else self.leaves_at()

    def leaves_at(self):
        """How long to wait for `bye`. An attached stream that is cut by an exit may lose what was printed before."""
        if self.is_leaving:
            return self.run.ended + min(self.linger, TERMINATE_GRACE)
        if self.session is not None:
            return self.received + self.linger
        return self.received + self.idle if self.run is None else self.run.ended + self.linger

    def empty_wakeups(self):
        try:
            os.read(self.woken, 4 * KIB)
        except BlockingIOError:
            pass

    def pass_time(self, now):
        self.reap(now)
        if self.state == "running":
            self.run.pass_time(now)
            if self.run.ended is not None:
                self.report_end()
        elif now >= self.leaves_at():
            self.leave()
        elif self.state == "ended":
            self.run.files.proceed()

    def report_end(self):
        self.run.files.begin(self.run)
        fields = end_fields(self.run)
        if self.session is not None:
            fields["stateLost"] = self.run.state_lost
            if fields["cause"] == "memory":
                self.session.end_by("memory")
            self.session.has_reported(self.run, self.poll)
        self.outlet.put_end(frame(type="end", **fields, **self.ordinal))

    def reap(self, now):
        while True:
            try:
                process, status, usage = os.wait4(-1, os.WNOHANG)
            except OSError:
                return
            if process == 0:
                return
            if self.session is not None:
                self.session.take_exit(process)
            if self.run is not None and process == self.run.child.pid:
                if self.run.exit is None:
                    self.run.take_exit(status, usage, now)
            elif self.run is not None:
                self.run.orphans_cpu += usage.ru_utime + usage.ru_stime
            elif self.session is None and process == self.child.pid:
                give_up("The waiting interpreter ended; nothing can be run.")

    # What the server sends

    def receive(self, now):
        try:
            data = os.read(0, 4 * READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.stdin_is_open = False
            return
        for line in self.lines.push(data):
            self.received = now
            self.obey(line, now)

    def obey(self, line, now):
        word, _, rest = line.partition(b" ")
        if word in (b"run", b"session"):
            if 0 < len(rest.partition(b" ")[0]) <= TOKEN_BYTES:
                self.receive_payload(word, line, now)
            return
        words = rest.split(b" ")
        if word in (b"files", b"read"):
            if self.state == "ended":
                self.run.files.obey(word, words)
            return
        if self.session is not None:
            words = self.session.words_for(self.run, word, words)
        if not words[0] or len(words[0]) > TOKEN_BYTES or len(words) > 2:
            if word == b"bye" and not rest and (self.state != "running" or self.session is not None):
                self.leave()
            return
        if word == b"stdin":
            self.receive_stdin(words)
            return
        number = parse_number(words[1]) if len(words) == 2 else None
        if word == b"hello" and (len(words) == 1 or number is not None):
            self.send_ready(words[0])
            if number is not None:
                self.outlet.repeat_after(number)
        elif word in (b"ack", b"stdin-end", b"interrupt") and len(words) == 1:
            number = parse_number(words[0])
            if number is None:
                return
            if word == b"ack":
                self.outlet.acknowledge(number)
            elif self.run is not None and word == b"stdin-end":
                self.run.feed.end(number)
            elif self.run is not None:
                self.run.interrupt(number)
        elif word == b"epoch" and len(words) == 1:
            self.epoch = max(self.epoch, parse_number(words[0]) or 0)
        elif word == b"done" and len(words) == 1 and self.session is not None and self.state == "ended":
            self.forget_run()
        elif word == b"stop" and number is not None and self.state == "running":
            self.run.stop(words[0].decode("utf-8", "replace"), number / MILLISECOND, now)

    def receive_stdin(self, words):
        offset = parse_number(words[0])
        data = parse_bytes(words[1]) if len(words) == 2 else None
        if offset is not None and data is not None and self.run is not None:
            self.run.feed.receive(offset, data)

    def receive_payload(self, word, line, now):
        if self.session is None and self.run is not None:
            return
        if self.session is not None and (self.state == "running" or self.session.lost is not None):
            return
        name = line.split(b" ", 2)[1].decode("utf-8", "replace")
        source, payload = parse_payload(line, SESSION_PAYLOAD if word == b"session" else RUN_PAYLOAD)
        if payload is None:
            self.outlet.answer(frame(type="refused", id=name))
        elif word == b"session":
            self.begin_session(name, payload)
        elif self.session is None:
            self.start(Run(name, self.child, self.outlet, self.poll), payload, source, now)
        else:
            self.start_next(name, payload, now)

    def begin_session(self, name, payload):
        self.epoch = max(self.epoch, payload["epoch"])
        if self.session is None:
            self.problem = write_given(self.child.directory, payload["files"], time.time_ns())
            self.session = Session(name, self.child, payload["env"])
        if name == self.session.id:
            problem = {} if self.problem is None else {"problem": self.problem}
            self.outlet.answer(frame(type="session", id=name, **problem))

    def start_next(self, name, payload, now):
        """The next run of a session, unless it is a repeated one, or of a server that has lost the session."""
        if payload.get("run") != self.session.number + 1 or not payload.get("epoch", 0) >= self.epoch:
            return
        self.epoch = payload["epoch"]
        self.forget_run()
        self.session.number += 1
        self.outlet.begin(b',"r":%d' % self.session.number)
        run, source = self.session.run(name, payload, self.outlet, self.poll)
        self.start(run, payload, source, now)

    def forget_run(self):
        self.run = None
        self.outlet.begin(b"")

    @property
    def ordinal(self):
        return {} if self.session is None else {"r": self.session.number}

    def start(self, run, payload, source, now):
        self.run = run
        started = frame(type="start", id=run.id, at=int(time.time() * MILLISECOND), **self.ordinal)
        run.start(payload, source, started, now)
        self.outlet.files = run.files

    def send_ready(self, nonce):
        self.outlet.answer(ready_frame(self, nonce.decode("utf-8", "replace")).encode())

    # How it goes

    def look_for_terminate(self, now):
        if not is_terminated(self.signal):
            return
        if self.state != "running":
            self.leave()
        self.is_leaving = True
        self.run.stop("terminated", TERMINATE_GRACE, now)

    def leave(self):
        """Ends this process, and with it the pod."""
        if self.session is not None:
            self.session.end_by("bye")
        until = time.monotonic() + FLUSH
        self.outlet.flush()
        while self.outlet.has_unsent() and time.monotonic() < until:
            self.select.select([], [self.outlet.descriptor], [], 0.1)
            self.outlet.flush()
        # A node that ended it reports why only of a pod that failed.
        os._exit(TERMINATED if self.is_leaving else 0)


def main():
    numbers = [parse_number(argument) for argument in sys.argv[1:3]]
    if None in numbers:
        give_up("Expected IDLE_MS and LINGER_MS as numbers, got %r." % (sys.argv[1:3],))
    idle, linger = [number / MILLISECOND for number in numbers + [60_000, 600_000][len(numbers) :]]
    directory = sys.argv[3] if len(sys.argv) > 3 else "/program"
    try:
        os.stat(directory)
        Launcher(idle, linger, directory).serve()
    except Exception as error:
        # Never a traceback: it could show what a payload holds.
        give_up("The launcher failed: %s: %s" % (type(error).__name__, error if isinstance(error, OSError) else "-"))


main()
