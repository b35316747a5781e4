"""How much memory processes have, as /proc has it."""

import os
import time

from .bounds import KIB, SAMPLE
from .start import IS_PROCESS_1


def read_small(path):
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.read(descriptor, 16 * KIB)
    finally:
        os.close(descriptor)


def sum_fields(text, names):
    """The sum of the fields that are there, bytes; None when none is."""
    found = None
    for name in names:
        start = text.find(b"\n" + name + b":")
        if start >= 0:
            found = (found or 0) + int(text[start + len(name) + 2 :].split(None, 1)[0]) * KIB
    return found


def resident(process):
    """Bytes of a process in memory that no file backs, shared or not; None when it is not known."""
    try:
        status = read_small("/proc/%s/status" % process)
        own = sum_fields(status, (b"RssAnon", b"RssShmem"))
        return sum_fields(status, (b"VmRSS",)) if own is None else own  # gVisor has the latter alone.
    except (OSError, ValueError, IndexError):
        return None


def proportional(process):
    """As `resident`, but what several share is counted once among them. Takes longer; None when it is not known."""
    try:
        rollup = read_small("/proc/%s/smaps_rollup" % process)
        return sum_fields(rollup, (b"Pss_Anon", b"Pss_Shmem"))
    except (OSError, ValueError, IndexError):
        return None


class MemoryMeter:
    """Samples the memory of all the program's processes."""

    def __init__(self, program, limit, processes=None):
        """`processes` returns the numbers of those that count; without it all that are the program's."""
        self.program = program
        self.limit = limit
        self.baseline = 0
        """What the program's process had before it began, bytes."""
        self.peak = None
        self.next_sample = 0.0
        self.next_exact = 0.0
        self.kills = out_of_memory_kills()
        if processes is not None:
            self.processes = processes
        # gVisor does not show what processes share; there the container's own figure does.
        self.container = None if proportional("self") is not None else container_memory()

    def sample(self, now):
        """Whether the limit is exceeded."""
        processes = self.processes()
        total = self.total(processes, resident)
        # Forked processes share pages, each of which was counted for each of them: what could matter is counted again.
        if total is not None and len(processes) > 1 and total > (self.peak or 0):
            total = self.exact(processes, now) if now >= self.next_exact else None
        # A sample of many processes takes time that is the program's.
        self.next_sample = now + max(SAMPLE, 20 * (time.monotonic() - now))
        if total is None:
            return False
        self.peak = max(self.peak or 0, total)
        return total > self.limit

    def total(self, processes, measure):
        found = [memory for memory in map(measure, processes) if memory is not None]
        return max(0, sum(found) - self.baseline) if found else None

    def exact(self, processes, now):
        begun = time.monotonic()
        total = self.total(processes, lambda process: proportional(process) or resident(process))
        container = None if self.container is None else container_memory()
        if total is not None and container is not None:
            total = min(total, max(0, container - self.container))
        self.next_exact = now + 20 * (time.monotonic() - begun)
        return total

    def processes(self):
        if IS_PROCESS_1:
            return [name for name in list_processes() if name != "1"]
        return [name for name in list_processes() if self.is_in_session(int(name))]

    def is_in_session(self, process):
        try:
            return os.getsid(process) == self.program
        except OSError:
            return False

    def was_killed(self):
        """Whether the kernel has ended something in this container for want of memory."""
        kills = out_of_memory_kills()
        return kills is not None and self.kills is not None and kills > self.kills


def list_processes():
    try:
        return [name for name in os.listdir("/proc") if name.isdigit()]
    except OSError:  # The program may have taken the launcher's right to open anything, by prlimit.
        return []


def container_memory():
    """Bytes of memory of this container, files it has read included; None when it is not known."""
    if not IS_PROCESS_1:
        return None
    for path in ("/sys/fs/cgroup/memory.current", "/sys/fs/cgroup/memory/memory.usage_in_bytes"):
        try:
            return int(read_small(path))
        except (OSError, ValueError):
            pass
    return None


def out_of_memory_kills():
    """How often the kernel has ended a process of this container for want of memory; None when it is not known."""
    if not IS_PROCESS_1:
        return None
    for path in ("/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control"):
        try:
            for line in read_small(path).splitlines():
                if line.startswith(b"oom_kill "):
                    return int(line.split()[1])
        except (OSError, ValueError):
            pass
    return None
