"""Looking for the files that a program leaves.

Nothing is ever opened by a path of more than one name, and no link is followed: what still runs, and swaps one thing for
another, gets nothing out but what is in its directory.
"""

import os
import stat
import time

from .bounds import FILE_ENTRIES, FILE_FOLDERS, FILE_LOOK, FILE_PATH_BYTES, FILE_SLICE
from .glob import Glob

FOLDER = os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY | os.O_CLOEXEC
FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
"""O_NONBLOCK: no wait for whoever writes to a named pipe."""

KINDS = (
    (stat.S_ISLNK, "link"),
    (stat.S_ISFIFO, "pipe"),
    (stat.S_ISSOCK, "socket"),
    (stat.S_ISCHR, "device"),
    (stat.S_ISBLK, "device"),
)


class Walk:
    """Finds the regular files below a directory that globs match and a run has made or changed."""

    def __init__(self, globs, is_given):
        """`is_given`: tells by path and status whether a run has not changed a file."""
        self.globs = [Glob(glob) for glob in globs]
        self.is_given = is_given
        self.steps = None
        self.seen = 0
        self.spent = 0.0
        """Seconds."""
        self.found = []
        self.omitted = []

    def begin(self, directory):
        self.steps = self.into(directory, ())

    def proceed(self):
        """Goes on for a moment. All that there is to tell, once it has gone through all: paths, and bytes or problems."""
        begun = time.monotonic()
        problem = None
        try:
            for _ in self.steps:
                took = time.monotonic() - begun
                if self.seen > FILE_ENTRIES:
                    problem = "entries"
                    break
                if self.spent + took > FILE_LOOK:
                    problem = "time"
                    break
                if took > FILE_SLICE:
                    self.spent += took
                    return None
        except OSError as error:
            problem = why_unopened(error)
        self.close()
        if problem is not None:
            self.omit("…", problem)
        return self.omitted + sorted(self.found)

    def close(self):
        """Leaves the folders that it has open."""
        if self.steps is not None:
            self.steps.close()

    def into(self, folder, above):
        """Yields after each entry of a folder and of those below it."""
        with os.scandir(folder) as entries:
            for entry in entries:
                self.seen += 1
                if self.seen <= FILE_ENTRIES:
                    yield from self.consider(folder, above, entry)
                yield

    def consider(self, folder, above, entry):
        raw = os.fsencode(entry.name)
        try:
            name, is_text = raw.decode(), True
        except UnicodeDecodeError:
            name, is_text = raw.decode("utf-8", "replace"), False
        parts = (*above, name)
        path = "/".join(parts)
        if entry.is_dir(follow_symlinks=False):
            if not self.some(lambda glob: glob.leads_below(parts)):
                return
            if not is_text:
                self.omit(path, "utf8")
            elif len(parts) > FILE_FOLDERS:
                self.omit(path, "deep")
            else:
                yield from self.enter(folder, raw, parts, path)
        elif self.some(lambda glob: glob.matches(parts)):
            if is_text:
                self.take(folder, raw, path)
            else:
                self.omit(path, "utf8")

    def enter(self, folder, raw, parts, path):
        try:
            below = os.open(raw, FOLDER, dir_fd=folder)
        except OSError as error:
            self.omit(path, why_unopened(error))
            return
        try:
            yield from self.into(below, parts)
        except OSError as error:
            self.omit(path, why_unopened(error))
        finally:
            os.close(below)

    def take(self, folder, raw, path):
        try:
            status = os.stat(raw, dir_fd=folder, follow_symlinks=False)
        except OSError as error:
            self.omit(path, why_unopened(error))
            return
        if not stat.S_ISREG(status.st_mode):
            self.omit(path, next((kind for is_kind, kind in KINDS if is_kind(status.st_mode)), "other"))
        elif self.is_given(path, status):
            return
        elif len(path.encode()) > FILE_PATH_BYTES:
            self.omit(path, "long")
        else:
            self.found.append((path, status.st_size))

    def some(self, fits):
        """Whether one glob fits; no more are asked than there is time for."""
        until = time.monotonic() + FILE_LOOK - self.spent
        return any(time.monotonic() < until and fits(glob) for glob in self.globs)

    def omit(self, path, problem):
        short = path.encode()[:FILE_PATH_BYTES].decode("utf-8", "ignore")
        self.omitted.append((short, problem))


def open_below(directory, path):
    """The descriptor of a regular file, opened name by name; and why there is none."""
    *folders, name = path.encode().split(b"/")
    folder = directory
    try:
        for below in folders:
            opened = os.open(below, FOLDER, dir_fd=folder)
            if folder != directory:
                os.close(folder)
            folder = opened
        descriptor = os.open(name, FILE, dir_fd=folder)
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            return descriptor, None
        os.close(descriptor)
        return None, "replaced"
    except OSError as error:
        return None, why_unopened(error)
    finally:
        if folder != directory:
            os.close(folder)


def why_unopened(error):
    import errno

    problems = {
        errno.EACCES: "denied",
        errno.EPERM: "denied",
        errno.ENOENT: "gone",
        errno.ELOOP: "replaced",
        errno.ENOTDIR: "replaced",
    }
    return problems.get(error.errno, "unopened")
