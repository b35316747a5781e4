"""What the program's files take of the disk."""

import os
import time
from stat import S_ISDIR, S_ISREG

from .bounds import (
    DISK_BYTES,
    DISK_DESCRIPTORS,
    DISK_FILES,
    DISK_FIRST,
    DISK_OFTEN,
    DISK_PAUSE,
    DISK_PAUSE_URGENT,
    DISK_RARELY,
    DISK_SLICE,
    DISK_STEP,
    DISK_STEP_FILES,
    MIB,
    SAMPLE,
)
from .memory import resident
from .start import IS_PROCESS_1


class DiskMeter:
    """Samples what the program's files take of the disk, those it has removed and still holds open among them.

    The free space of the file system costs nothing to read, so that is what each sample reads; a pass through the files
    follows when it shrinks, and at intervals, because others write and remove there too.
    """

    def __init__(self, directory, processes, now):
        # Process 1 alone has a /tmp for itself.
        self.places = [directory, "/tmp", "/dev/termination-log"] if IS_PROCESS_1 else [directory]
        self.processes = processes
        """Returns the numbers of the program's processes."""
        self.free = (0, 0)
        self.free_at_start = self.free_at_pass = self.free_space()
        self.under_way = None
        """The pass that goes on, as a generator."""
        self.is_blind = False
        """Whether something cannot be read: what the disk has less since the start then counts."""
        self.spent = 0.0
        """Processor time of the pass, seconds."""
        self.used = 0
        """What the pass before has found, bytes."""
        self.interval = DISK_OFTEN
        self.next_regular = now + DISK_FIRST
        self.next_urgent = now
        self.next_sample = now + SAMPLE

    def sample(self, now):
        """Whether the limit is exceeded, as far as is known yet."""
        free = self.free_space()
        is_urgent = self.free_at_pass[0] - free[0] >= DISK_STEP or self.free_at_pass[1] - free[1] >= DISK_STEP_FILES
        self.next_sample = now + SAMPLE
        if self.under_way is None:
            if now < (self.next_urgent if is_urgent else self.next_regular):
                return False
            self.under_way = self.measure()
            self.free_at_pass = free
            self.spent = 0.0
        begun = time.thread_time()
        used, is_whole = self.proceed()
        slice_spent = time.thread_time() - begun
        self.spent += slice_spent
        if self.is_blind:
            used = max(used, self.free_at_start[0] - free[0])
        if used > DISK_BYTES:
            return True
        if not is_whole:
            self.next_sample += slice_spent * DISK_PAUSE_URGENT
            return False
        self.under_way = None
        self.interval = DISK_OFTEN if used > self.used + MIB else min(2 * self.interval, DISK_RARELY)
        self.used = used
        self.next_regular = now + max(self.interval, self.spent * DISK_PAUSE)
        self.next_urgent = now + self.spent * DISK_PAUSE_URGENT
        return False

    def proceed(self):
        """Goes on with the pass for a moment; returns the bytes found and whether that is all there is."""
        until = time.monotonic() + DISK_SLICE
        used = 0
        for turn, used in enumerate(self.under_way):
            if used > DISK_BYTES or (turn % 16 == 15 and time.monotonic() >= until):
                return used, False
        return used, True

    def free_space(self):
        """Bytes, and how many more files there may be."""
        try:
            status = os.statvfs(self.places[0])
            self.free = (status.f_bfree * status.f_frsize, status.f_ffree)
        except OSError:  # It may be gone.
            pass
        return self.free

    def measure(self):
        """Yields the bytes found so far, after each file; infinity when there are more files than there may be."""
        self.is_blind = False
        used = files = descriptors = 0
        counted = set()
        devices = set()
        for place in self.places:
            for status in self.files_below(place):
                if status is None:
                    files += 1
                else:
                    devices.add(status.st_dev)
                    used += self.new_bytes(status, counted)
                yield used if files <= DISK_FILES else float("inf")
        for process in self.processes():
            for status, path in self.open_files(process):
                descriptors += 1
                if S_ISREG(status.st_mode) and status.st_dev in devices and is_nameless(status, path):
                    used += self.new_bytes(status, counted)
                yield used if descriptors <= DISK_DESCRIPTORS else float("inf")
        yield used

    def new_bytes(self, status, counted):
        """A file with several names is one, and so is one that lost its name since it was counted."""
        file = (status.st_dev, status.st_ino)
        if file in counted:
            return 0
        counted.add(file)
        return 512 * status.st_blocks

    def files_below(self, place):
        """Yields None for each file below `place`, then its status, and that of `place`. No link is followed, and no other
        file system is entered. Names come first: they cost little, in gVisor a tenth of a status."""
        try:
            status = os.lstat(place)
        except OSError:
            return
        yield status
        device = status.st_dev
        ahead = [place] if S_ISDIR(status.st_mode) else []
        while ahead:
            entries = []
            try:
                with os.scandir(ahead.pop()) as names:
                    for entry in names:
                        entries.append(entry)
                        yield None
            except OSError as error:
                self.consider(error)
            for entry in entries:
                try:
                    status = entry.stat(follow_symlinks=False)
                except OSError as error:
                    self.consider(error)
                    continue
                if status.st_dev == device:
                    yield status
                    if S_ISDIR(status.st_mode):
                        ahead.append(entry.path)

    def consider(self, error):
        """It was removed meanwhile; or is closed to us, its path is too long, or no descriptor is left to us."""
        if not isinstance(error, (FileNotFoundError, NotADirectoryError)):
            self.is_blind = True

    def open_files(self, process):
        """Yields the status of what a process holds open, and its path in /proc."""
        try:
            with os.scandir("/proc/%s/fd" % process) as entries:
                for entry in entries:
                    try:
                        yield entry.stat(), entry.path
                    except FileNotFoundError:
                        pass
        except FileNotFoundError:
            pass
        except OSError:
            # What has no memory any more has ended; others hide what they hold.
            if resident(process) is not None:
                self.is_blind = True


def is_nameless(status, path):
    """Whether an open file was removed; `path` is that of a descriptor. gVisor shows it in the latter alone."""
    try:
        return status.st_nlink == 0 or os.readlink(path).endswith(" (deleted)")
    except OSError:
        return False
