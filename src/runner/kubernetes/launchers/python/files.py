"""Files that a program leaves: found once it has ended, told by their paths, and read as the server asks for them."""

import os
import time

from .bounds import FILE_READ_BYTES, LISTING_BYTES, PART_BYTES
from .receive import parse_number
from .walk import FOLDER, Walk, open_below


class OutputFiles:
    """The files of one run. *off* at first, *looking* from `begin` on, *listed* when all was gone through."""

    def __init__(self, name, path, globs, given, given_at):
        """
        `name`: the run's id. `path`: of its directory. `given`: the bytes of the files that are written for it, by their
        paths there; `given_at`: when they seem to have been written, nanoseconds.
        """
        self.name = name
        self.directory = os.open(path, FOLDER) if globs else None
        self.given = given
        self.given_at = given_at
        self.since = None
        """What was not touched from then on is not the run's; None: all is but what was given."""
        self.walk = Walk(globs, self.is_given)
        self.is_looking = False
        self.entries = None
        """All that there is to tell; None before it is *listed*."""
        self.asked = None
        """The entry from which on the server wants to be told."""
        self.range = None
        """What is to be read: of which entry, from where and up to where."""
        self.file = None
        """The entry that is open, its descriptor, and why it could not be opened."""

    def mark(self):
        """All that is in the directory now is not the run's, unless it is changed after this."""
        if self.directory is not None:
            self.since = file_time(self.directory)

    def is_given(self, path, status):
        """Whether the run has not changed it. A program can set any time of a file but the one that `since` is compared with."""
        if self.since is not None and status.st_ctime_ns < self.since:
            return True
        return self.given.get(path) == status.st_size and status.st_mtime_ns == self.given_at

    def begin(self, run):
        """To be called when the run has ended. One whose program was never started leaves nothing."""
        has_run = run.payload is None and (run.compile is None or run.compile.code == 0)
        if self.directory is None or not has_run:
            self.entries = []
            return
        self.is_looking = True
        self.walk.begin(self.directory)
        self.proceed()

    def proceed(self):
        """Goes on looking for a moment."""
        if self.is_looking:
            self.entries = self.walk.proceed()
            self.is_looking = self.entries is None

    def fields(self):
        """Of the `end` frame."""
        if self.directory is None:
            return {}
        return {"files": None if self.entries is None else len(self.entries)}

    def obey(self, word, words):
        """A line of the server, `files` or `read`."""
        name, numbers = words[0], [parse_number(word) for word in words[1:]]
        if name.decode("utf-8", "replace") != self.name or None in numbers:
            return
        if word == b"files" and len(numbers) == 1:
            (self.asked,) = numbers
        elif word == b"read" and len(numbers) == 3:
            self.read(*numbers)

    def read(self, index, at, end):
        """
        The server wants a part of a file. One that goes on where the part before it ends is added to that, any other
        takes its place.
        """
        if self.entries is None or index >= len(self.entries) or end <= at:
            return
        if self.range is not None and self.range[0] == index and self.range[2] == at:
            at = self.range[1]
        self.range = (index, at, min(end, at + FILE_READ_BYTES))

    def has_unsent(self):
        return self.entries is not None and (self.asked is not None or self.range is not None)

    def next_frame(self):
        """The frame that is due; to be called only while there `has_unsent`."""
        import json

        return json.dumps(self.next_fields(), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"

    def next_fields(self):
        if self.asked is not None:
            index, self.asked = self.asked, None
            return {"type": "files", "id": self.name, **self.listing(index)}
        (index, at, end), self.range = self.range, None
        fields = {"type": "file", "id": self.name, "index": index, "at": at}
        data, problem = self.content(index, at, min(PART_BYTES, end - at))
        if problem is not None:
            return {**fields, "problem": problem}
        if data and at + len(data) < end:
            self.range = (index, at + len(data), end)
        import binascii

        return {**fields, "d": binascii.b2a_base64(data, newline=False).decode()}

    def listing(self, index):
        import json

        entries = []
        size = 0
        for path, what in self.entries[index:]:
            entry = {"path": path, "bytes" if isinstance(what, int) else "problem": what}
            size += len(json.dumps(entry, ensure_ascii=False).encode()) + 1
            if size > LISTING_BYTES:
                break
            entries.append(entry)
        return {"from": index, "total": len(self.entries), "entries": entries}

    def content(self, index, at, size):
        """Some bytes of a file, and why there are none."""
        if self.file is None or self.file[0] != index:
            self.close_file()
            self.file = (index, *open_below(self.directory, self.entries[index][0]))
        _, descriptor, problem = self.file
        if problem is not None:
            return b"", problem
        try:
            return os.pread(descriptor, size, at), None
        except (OSError, OverflowError):
            return b"", "unread"

    def close(self):
        """Nothing more is told or read."""
        self.asked = self.range = None
        self.is_looking = False
        self.walk.close()
        self.close_file()
        if self.directory is not None:
            os.close(self.directory)
        self.directory = None

    def close_file(self):
        if self.file is not None and self.file[1] is not None:
            os.close(self.file[1])
        self.file = None


def file_time(directory):
    """A time of the directory's file system after that of all that was written there before, and not after that of what
    will be, nanoseconds; None where it has none. Where its clock ticks this waits for the next tick, 20 ms at most."""
    try:
        os.utime(directory)
        before = now = os.fstat(directory).st_ctime_ns
        for _ in range(20):
            os.utime(directory)
            now = os.fstat(directory).st_ctime_ns
            if now > before:
                break
            time.sleep(0.001)
        return now
    except OSError:
        return None


def files_of(payload, name, path):
    """The files of the run that a payload is for, which is to write those that it brings at their `given_at`."""
    given = {os.path.normpath(file["path"]): decoded_length(file["content"]) for file in payload["files"]}
    given[payload["fileName"]] = len(payload["code"].encode("utf-8", "surrogatepass"))
    # Whole seconds, which every file system keeps, before now: whatever writes to a file then gives it another time.
    given_at = (int(time.time()) - 1) * 1_000_000_000
    files = OutputFiles(name, path, payload.get("outputFiles", []), given, given_at)
    if "run" in payload:  # In a session the directory has what was there before.
        files.mark()
    return files


def decoded_length(text):
    """Of base64."""
    return len(text) * 3 // 4 - text[-2:].count("=")
