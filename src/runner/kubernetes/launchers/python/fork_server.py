"""What the waiting interpreter of a session does: it forks one for each run, with all imported that programs commonly use."""

import os
import struct

import _socket

FORK_SERVER = 2**64 - 1
"""The size of a payload that is none: the waiting interpreter serves a session from then on."""
PIDS = "@q"
CHILDS = "@5i"


class ChildEnds:
    """A child's ends of its pipes, as `Pipes.childs` of child.py has them."""

    def __init__(self, descriptors):
        self.stdin, self.stdout, self.stderr, self.payload_read, self.begun = descriptors


def serve_forks(requests):
    """Forks whenever it is asked to; returns in each child, and there alone, its ends of the pipes that came with the request.

    The process between the two ends at once: so each child is the launcher's, which waits for it and learns how it ended.
    """
    channel = _socket.socket(fileno=requests)
    size = struct.calcsize(CHILDS)
    while True:
        data, ancillary, _, _ = channel.recvmsg(1, _socket.CMSG_SPACE(size))
        if not data:
            os._exit(0)
        descriptors = struct.unpack(CHILDS, ancillary[0][2][:size])
        between = os.fork()
        if between == 0:
            if os.fork() != 0:
                os._exit(0)
            ends = ChildEnds(descriptors)
            os.write(ends.begun, struct.pack(PIDS, os.getpid()))
            return ends
        os.waitpid(between, 0)
        for descriptor in descriptors:
            os.close(descriptor)
