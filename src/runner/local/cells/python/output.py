"""The descriptors that programs print to."""

import os
import sys


class Output:
    """A descriptor that programs print to. They may close it, or the stream on it: the next cell has both again."""

    def __init__(self, descriptor, name):
        self._descriptor = descriptor
        self._name = name
        self._file = file_of(descriptor)
        self.kept = os.dup(descriptor)
        """Another one for the same, for messages."""

    def open_again(self):
        if file_of(self.kept) != self._file and file_of(self._descriptor) == self._file:
            self.kept = os.dup(self._descriptor)
        if file_of(self._descriptor) is None:
            os.dup2(self.kept, self._descriptor)
        if not is_closed(getattr(sys, self._name, None)):
            return
        if is_closed(getattr(sys, f"__{self._name}__", None)):
            stream = open(self._descriptor, "w", 1, "utf-8", "backslashreplace", closefd=False)
            setattr(sys, f"__{self._name}__", stream)
        setattr(sys, self._name, getattr(sys, f"__{self._name}__", None))


def file_of(descriptor):
    """What tells the file behind a descriptor from others; None when it is closed."""
    try:
        status = os.fstat(descriptor)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def is_closed(stream):
    return getattr(stream, "closed", False)
