"""Waiting for descriptors."""

import os


class Poll:
    """What is waited for, by descriptor."""

    def __init__(self, select):
        self.epoll = select.epoll()
        self.watched = {}

    def watch(self, descriptor, events):
        """Nothing to wait for means not watched: a pipe whose other end is closed would wake us for ever.

        False when it cannot be waited for, as a file or /dev/null cannot."""
        before = self.watched.get(descriptor, 0)
        if events == before:
            return True
        try:
            if not events:
                self.epoll.unregister(descriptor)
            elif before:
                self.epoll.modify(descriptor, events)
            else:
                self.epoll.register(descriptor, events)
        except PermissionError:
            return False
        self.watched[descriptor] = events
        return True

    def close(self, descriptor):
        self.watch(descriptor, 0)
        os.close(descriptor)

    def wait(self, seconds):
        """Descriptors at which something has happened."""
        return [descriptor for descriptor, _ in self.epoll.poll(max(0.0, seconds))]
