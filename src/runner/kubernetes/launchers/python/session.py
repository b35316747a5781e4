"""What a launcher keeps between the runs of a session."""

import os
import struct
import sys

import _socket

from .bounds import FORK
from .cell import CellRun
from .child import Child, Pipes
from .context import TOKEN_LENGTH, Context
from .fork_server import CHILDS, FORK_SERVER, PIDS
from .memory import list_processes, read_small
from .receive import parse_number
from .run import Run
from .start import IS_PROCESS_1, ctypes, give_up

SIGKILL = 9


class Session:
    """Gives each run its process. Its fork server is the interpreter that waited; one that a program has killed is replaced."""

    def __init__(self, name, child, env):
        self.id = name
        self.directory = child.directory
        self.env = env
        """Variables of everything that runs in it."""
        self.number = 0
        """Of the run that was taken last."""
        self.lost = None
        """What ended it: `memory`."""
        self.contexts = {}
        adopt_orphans()
        self.server = ForkServer(child)

    def run(self, name, payload, outlet, poll):
        """A run that can be started, and the payload that its process gets."""
        payload["env"] = self.env + payload["env"]
        context = payload.get("context")
        if context is None or "script" in payload:
            run = Run(name, Program(self, *self.fork()), outlet, poll)
        else:
            run = CellRun(name, self.interpreter(context, poll), outlet, poll)
        import json

        return run, json.dumps(payload).encode()

    def has_reported(self, run, poll):
        """The run has ended, and told of its interpreter if that is lost: the next one of that name lost nothing."""
        for name in [name for name, context in self.contexts.items() if context.has_exited]:
            if self.contexts[name].pid == run.child.pid:
                self.contexts.pop(name).close(poll)

    def interpreter(self, name, poll):
        """The interpreter of that name: a new one when there is none, or it has ended."""
        found = self.contexts.get(name)
        was_lost = found is not None and found.has_exited
        if was_lost:
            found.close(poll)
        if found is None or was_lost:
            token = os.urandom(TOKEN_LENGTH // 2).hex()
            import json

            pid, pipes = self.fork()
            start = {"cells": os.path.join(os.path.dirname(sys.argv[0]), "cells.py"), "token": token, "env": self.env}
            data = json.dumps(start).encode()
            try:
                os.write(pipes.payload, struct.pack("@QQ", len(data), 0) + data)
            except OSError:  # It was killed, which is seen where children are waited for.
                pass
            os.close(pipes.payload)
            os.close(pipes.begun_read)
            found = self.contexts[name] = Context(pid, pipes, token)
        return Interpreter(self, found, was_lost)

    def fork(self):
        """The number and the pipes of a process that waits for its payload."""
        for _ in range(2):
            if self.server is None:
                self.server = ForkServer(Child(self.directory, is_defended=True))
            try:
                return self.server.fork()
            except OSError:
                self.server.end()
                self.server = None
        return give_up("No process could be forked.")

    def words_for(self, run, word, words):
        """The words of a line without the last, the ordinal of the run that it is about. Nothing is left of what is about
        another one; of `hello` its nonce is."""
        if word in (b"epoch", b"bye") or (word == b"hello" and len(words) < 3):
            return words[:1]
        is_this = run is not None and parse_number(words[-1]) == self.number
        if word == b"done":
            return words if is_this else [b""]
        if is_this and len(words) > 1:
            return words[:-1]
        return words[:1] if word == b"hello" else [b""]

    def take_exit(self, process):
        """A process of the session has ended and was waited for."""
        if self.server is not None and process == self.server.pid:
            self.server.end()
            self.server = None
        for context in self.contexts.values():
            if context.pid == process:
                context.has_exited = True

    def processes(self):
        """All that count: those below this one, but the fork server."""
        return self.below({} if self.server is None else {self.server.pid})

    def below(self, spared):
        """The numbers of all processes below this one but the spared, and what is below those."""
        children = {}
        for process, parent in process_parents():
            children.setdefault(parent, []).append(process)
        found = list(children.get(os.getpid(), ()))
        found = [process for process in found if process not in spared]
        for process in found:
            found += children.get(process, ())
        return found

    def kill_all_but(self, contexts):
        """Kills what is below this process but the fork server, and the interpreters of contexts with all below them.
        Returns whether there was anything."""
        spared = {context.pid for context in contexts if not context.has_exited}
        if self.server is not None:
            spared.add(self.server.pid)
        found = self.below(spared)
        for process in found:
            try:
                os.kill(process, SIGKILL)
            except OSError:
                pass
        return bool(found)

    def kill_everything(self):
        """At one blow, the fork server and interpreters too."""
        self.kill_all_but(())
        if IS_PROCESS_1:
            try:
                os.kill(-1, SIGKILL)
            except OSError:
                pass

    def end_by(self, cause):
        self.lost = cause
        self.kill_everything()


class ForkServer:
    """The launcher's side of fork_server.py."""

    def __init__(self, child):
        self.pid = child.pid
        pipes = child.pipes
        for descriptor in (pipes.feed, pipes.stdout_read, pipes.stderr_read, pipes.begun_read):
            os.close(descriptor)
        self.channel = _socket.socket(fileno=pipes.payload)
        self.channel.send(struct.pack("@Q", FORK_SERVER))

    def fork(self):
        """As `Session.fork`. Raises OSError when it does not come to that."""
        import select

        pipes = Pipes()
        ours = [pipes.feed, pipes.stdout_read, pipes.stderr_read, pipes.payload, pipes.begun_read]
        try:
            descriptors = struct.pack(CHILDS, *pipes.childs)
            self.channel.sendmsg([b"f"], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, descriptors)])
            for descriptor in pipes.childs:
                os.close(descriptor)
            pipes.childs = ()
            is_there = bool(select.select([pipes.begun_read], [], [], FORK)[0])
            data = os.read(pipes.begun_read, struct.calcsize(PIDS)) if is_there else b""
            if not data:
                raise OSError("It did not fork.")
            return struct.unpack(PIDS, data)[0], pipes
        except OSError:
            for descriptor in (*pipes.childs, *ours):
                os.close(descriptor)
            raise

    def end(self):
        self.channel.close()
        try:
            os.kill(self.pid, SIGKILL)
        except OSError:
            pass


class Program(Child):
    """The fresh process of one run."""

    def __init__(self, session, pid, pipes):
        self.session = session
        self.directory = session.directory
        self.processes = session.processes
        self.pid = pid
        self.pipes = pipes

    def kill_all(self):
        # At one blow what forks faster than it is found.
        self.send(SIGKILL)
        return self.session.kill_all_but(self.session.contexts.values())

    def kill_rest(self):
        self.session.kill_everything()


class Interpreter(Child):
    """The process of one cell, which stays."""

    def __init__(self, session, context, was_lost):
        self.session = session
        self.context = context
        self.was_lost = was_lost
        self.directory = session.directory
        self.processes = session.processes
        self.pid = context.pid
        self.pipes = context.pipes

    def send(self, number):
        """To it alone: what it has started is not the cell's."""
        if self.context.has_exited:
            return
        try:
            os.kill(self.pid, number)
        except OSError:
            pass

    def kill_rest(self):
        self.session.kill_everything()

    def kill_all(self):
        super().send(SIGKILL)
        return self.session.kill_all_but(set(self.session.contexts.values()) - {self.context})


def adopt_orphans():
    """Has processes whose parent has ended become this one's, as they are process 1's."""
    if ctypes is not None:
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def process_parents():
    """All processes that have not ended, and the parent of each."""
    for name in list_processes():
        try:
            fields = read_small("/proc/%s/stat" % name).rpartition(b")")[2].split(None, 2)
        except OSError:
            continue
        if fields[0] != b"Z":
            yield int(name), int(fields[1])
