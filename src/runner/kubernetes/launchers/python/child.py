"""The child that waits for its program, as the parent sees it."""

import os
import _socket

from .fork import find_main_state, fork_interpreter, notice
from .start import IS_PROCESS_1


class Pipes:
    """The pipes between the two, made before the fork."""

    def __init__(self, payload=None):
        self.stdin, self.feed = os.pipe()
        self.stdout_read, self.stdout = os.pipe()
        self.stderr_read, self.stderr = os.pipe()
        # The payload to the child, and back what the child measured just before the program began.
        self.payload_read, self.payload = payload or os.pipe()
        self.begun_read, self.begun = os.pipe()
        self.childs = (self.stdin, self.stdout, self.stderr, self.payload_read, self.begun)


class Child:
    """The program's first process, and all that come from it."""

    def __init__(self, directory, is_defended=False):
        main_state = find_main_state()
        self.notice = notice(main_state)
        self.directory = directory
        # A socket rather than a pipe: the interpreter of a session gets descriptors by it.
        self.pipes = Pipes([one.detach() for one in _socket.socketpair()])
        self.pid = fork_interpreter(self.pipes, directory, main_state, is_defended)
        for descriptor in self.pipes.childs:
            os.close(descriptor)

    processes = None
    """Returns the numbers of the processes whose memory counts; None: the meter finds them."""

    def send(self, number):
        """Sends a signal to the program's process group; to its first process while that has not made one yet."""
        for send in (os.killpg, os.kill):
            try:
                send(self.pid, number)
                return
            except OSError:
                pass

    def kill_all(self):
        """Kills every process but this one. Elsewhere than in a pod, where that would be the whole machine: the group.

        Returns whether it is to be seen to that they have gone."""
        if not IS_PROCESS_1:
            self.send(9)
            return False
        try:
            os.kill(-1, 9)
        except OSError:
            pass
        return False
