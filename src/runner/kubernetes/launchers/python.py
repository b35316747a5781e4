"""Process 1 of a pod that runs one Python program. ../PROTOCOL.md says what it hears and prints.

    python3 -E -s -c SOURCE [IDLE_MS [LINGER_MS [DIRECTORY]]]

It forks its interpreter before it has heard anything. The child imports what programs commonly use and waits, so that a
program's first line comes within milliseconds; the parent talks to the server and is all that stays when the program has
ended. The program is hostile: it has the same uid, so the parent believes nothing that it says and shows it nothing.

Standard library only, Python 3.8 to 3.14.
"""

import sys

# With -c the working directory is searched first, and the program's files will lie there.
sys.path[:] = [entry for entry in sys.path if entry]
PLAIN_MODULES = frozenset(sys.modules)
"""What every `python3 main.py` has imported when its first line runs."""

import _thread  # noqa: E402
import os  # noqa: E402
import struct  # noqa: E402
import time  # noqa: E402
from collections import deque  # noqa: E402
from functools import partial  # noqa: E402
from stat import S_ISDIR, S_ISREG  # noqa: E402

try:
    import ctypes
except ImportError:  # Some images lack libffi: programs then start as they would from a shell, in 20 ms rather than 1.
    ctypes = None

PROTOCOL = 1
VERSION = sys.version.split()[0]
IS_PROCESS_1 = os.getpid() == 1

KIB = 1024
MIB = 1024 * KIB

LINE_BYTES = 16 * MIB
"""The longest line that is heard."""
TOKEN_BYTES = 200
"""The longest nonce, id or cause: they are repeated in frames."""
HELD_BYTES = 4 * MIB
"""With more frames unacknowledged than this the program's pipes are not read."""
UNSENT_BYTES = 8 * MIB
"""With more than this waiting for stdout nothing is repeated: whoever asks will ask again."""
TEXT_BYTES = 15_880
"""A chunk's text as JSON; with what stands around it a frame stays below 16,000 bytes."""
CHUNK_LENGTH = 15_000
"""Characters of a chunk at the most: plain lines of text fill a frame."""
READ_BYTES = 64 * KIB
PIPE_BYTES = 1 * MIB

GATHER = 0.02
GATHER_LONG = 1.0
EARLY_CHUNKS = 2000
BUSY_READS = 32
"""So many reads within a gathering time, and the pipes are left to fill for a moment: a program that writes each line by
itself would otherwise wake this process for each."""
NAP = 0.004
LOOK = 0.025
"""How often memory is looked at, seconds."""
TERMINATE_GRACE = 1.0
LAST_WORDS = 1.0
"""How long a launcher that was told to go waits for `bye` after the end, seconds."""
IDLE_LOOK = 1.0
"""How often SIGTERM is looked for when nothing happens, seconds."""
TERMINATED = 143
"""What this process exits with after SIGTERM."""

PROCESSES = 256
FILE_BYTES = 256 * MIB

DISK_BYTES = 512 * MIB
"""What the program's files may take of the disk at a time, all together. A node looks at it too, a minute late."""
DISK_FILES = 20_000
DISK_DESCRIPTORS = 5 * DISK_FILES
"""Looking through more open descriptors than this would take too long to be of use."""
DISK_STEP = 32 * MIB
DISK_STEP_FILES = 2000
"""So much less free space, or room for files, whoever took it, and the program's files are looked at without delay."""
DISK_FIRST = 0.1
DISK_OFTEN = 0.25
DISK_RARELY = 1.0
"""When they are looked at otherwise, seconds: first, while they grow, and at the rarest."""
DISK_SLICE = 0.002
"""How long a look goes on before the output has its turn, seconds; the rest of it comes later."""
DISK_PAUSE = 49
DISK_PAUSE_URGENT = 9
"""How much longer than a look the pause after it is: it takes a fiftieth of a processor, and a tenth, as each look by
itself, while the free space is going."""

MILLISECOND = 1000

# ---------------------------------------------------------------------------------------------------------------------
# The child
# ---------------------------------------------------------------------------------------------------------------------

COMMON_MODULES = """
json random datetime math cmath itertools collections.abc operator string heapq bisect copy array types numbers
dataclasses typing contextlib enum pathlib threading traceback warnings inspect decimal fractions statistics
base64 hashlib secrets uuid csv textwrap pprint pickle glob tempfile shutil platform argparse logging queue
signal socket select selectors subprocess urllib.parse zlib resource calendar locale
concurrent.futures.thread ssl asyncio
""".split()
"""Imported while nothing is asked for yet, in this order."""

RESTART_VARIABLES = ("PYTHON", "LC_", "LANG", "LD_", "GLIBC_", "MALLOC_")
"""Variables whose names begin so are read when a process starts: with one of them the program gets a fresh one."""


class Pipes:
    """The pipes between the two, made before the fork."""

    def __init__(self):
        self.stdin, self.feed = os.pipe()
        self.stdout_read, self.stdout = os.pipe()
        self.stderr_read, self.stderr = os.pipe()
        # The payload to the child, and back what the child measured just before the program began.
        self.payload_read, self.payload = os.pipe()
        self.begun_read, self.begun = os.pipe()
        self.childs = (self.stdin, self.stdout, self.stderr, self.payload_read, self.begun)
        self.own = (self.feed, self.stdout_read, self.stderr_read, self.payload, self.begun_read)


def fork_interpreter(pipes, directory):
    """Forks, and returns the child's process number.

    The fork is made by a thread whose stack holds nothing but C: `deque` consumes `map`, `map` calls what a generator
    yields. A fork leaves its thread as the child's main thread, so the program, which is one of the things yielded, has
    no frame beneath its own: its tracebacks, `inspect.stack()` and exits are those of `python3 main.py`.
    """
    result = []
    forked = _thread.allocate_lock()
    forked.acquire()
    main_state = find_main_state()

    def steps():
        # From 3.12 on a fork beside another thread is warned of, on the stderr of the parent.
        stderr, sys.stderr = sys.stderr, None
        try:
            child = os.fork()
        except OSError as error:
            result.append(error)
            child = -1
        finally:
            sys.stderr = stderr
        if child != 0:
            result.append(child)
            forked.release()
            return
        try:
            yield from child_steps(pipes, directory, adopt_main_state(main_state))
        except BaseException:  # Nobody is above this who could tell.
            sys.excepthook(*sys.exc_info())
            os._exit(1)

    # The main thread's stack grows to 8 MiB by default; this one has room for deep recursion too.
    size = _thread.stack_size(64 * MIB)
    _thread.start_new_thread(deque, (map(partial.__call__, steps()), 0))
    _thread.stack_size(size)
    forked.acquire()
    if isinstance(result[0], OSError):
        raise result[0]
    return result[0]


def find_main_state():
    """Where the interpreter keeps its main thread's number and, beside it, that thread's state; None when unknown.

    After a fork by another thread CPython (3.12 to 3.14 at least) mends the number and forgets the state, and what ends
    the interpreter would then use the state of a thread that is gone.
    """
    if ctypes is None or sys.version_info < (3, 12):
        return None
    try:
        runtime = ctypes.addressof(ctypes.c_char.in_dll(ctypes.pythonapi, "_PyRuntime"))
        beginning = ctypes.string_at(runtime, 16 * KIB)
        offset = beginning.find(struct.pack("@LP", _thread.get_ident(), thread_state()))
        return None if offset < 0 else (runtime + offset, thread_state())
    except (AttributeError, ValueError):
        return None


def thread_state():
    get = ctypes.pythonapi.PyThreadState_Get
    get.restype = ctypes.c_void_p
    return get()


def adopt_main_state(main_state):
    """Makes this thread's state the main one; tells whether the interpreter can run and end a program in this thread."""
    if ctypes is None:
        return False
    if main_state is None:
        return sys.version_info < (3, 13)
    address, old = main_state
    fields = (ctypes.c_ulong * 2).from_address(address)
    if fields[0] != _thread.get_ident() or fields[1] not in (old, thread_state()):
        return False
    fields[1] = thread_state()
    return True


def child_steps(pipes, directory, can_run_here):
    """What the child does; yields what is to be called with nothing on the stack."""
    settle_in(pipes, directory)
    import_common(pipes.payload_read)
    import gc
    import json
    import signal

    run_file, exit_with = (None, None)
    if can_run_here:
        run_file, exit_with = entry_points()
    main = fresh_main()
    gc.freeze()

    payload = json.loads(read_payload(pipes.payload_read))
    path = write_files(directory, payload)
    environment = program_environment(directory, payload["env"])
    arguments = [payload["fileName"], *payload["args"]]
    fresh = run_file is None or wants_fresh_process(payload)
    del payload
    if fresh:
        tell_begun(pipes.begun)
        os.execve(sys.executable, [sys.executable, "-s", "-u", *arguments], environment)
    set_stage(arguments, directory, environment, main)
    file = ctypes.CDLL(None).fopen
    file.restype = ctypes.c_void_p
    stream = file(os.fsencode(path), b"rb")
    tell_begun(pipes.begun)

    # CPython's own: runs the file as `__main__`, prints what it raises, exits itself at a SystemExit.
    yield partial(run_file, stream, os.fsencode(path), 1, None)

    failed = getattr(sys, "last_type", None)
    if failed is None:
        yield partial(exit_with, 0)
    if failed is not KeyboardInterrupt:
        yield partial(exit_with, 1)
    # As CPython's main does: who waits for the process is to see that SIGINT ended it.
    threading, atexit = sys.modules.get("threading"), __import__("atexit")
    if threading is not None:
        yield threading_end(threading)
    yield partial(atexit._run_exitfuncs)
    yield partial(sys.stdout.flush)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGINT)
    os._exit(130)


def threading_end(threading):
    return partial(threading._shutdown)


def settle_in(pipes, directory):
    os.setsid()
    for descriptor, number in ((pipes.stdin, 0), (pipes.stdout, 1), (pipes.stderr, 2)):
        os.dup2(descriptor, number, inheritable=True)
    for descriptor in list_descriptors():
        if descriptor not in (0, 1, 2, pipes.payload_read, pipes.begun):
            try:
                os.close(descriptor)
            except OSError:
                pass
    os.chdir(directory)
    try:
        # When memory is short the kernel is to take the program, not its launcher.
        with open("/proc/self/oom_score_adj", "w") as file:
            file.write("1000")
    except OSError:
        pass
    import resource

    for limit, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, PROCESSES),
        (resource.RLIMIT_FSIZE, FILE_BYTES),
    ):
        try:
            hard = resource.getrlimit(limit)[1]
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(limit, (most, most))
        except (OSError, ValueError):
            pass


def list_descriptors():
    try:
        return [int(name) for name in os.listdir("/proc/self/fd")]
    except (OSError, ValueError):
        return range(1024)


def import_common(asked):
    """Imports until there is nothing left or a payload comes: that is not to wait for imports it may not need."""
    import select

    for name in COMMON_MODULES:
        if select.select([asked], [], [], 0)[0]:
            return
        try:
            __import__(name)
        except Exception:  # An image may lack it.
            pass


def entry_points():
    """CPython's C functions that run a file and end the process; (None, None) when it does not show them."""
    try:
        run_file = ctypes.pythonapi.PyRun_AnyFileExFlags
        exit_with = ctypes.pythonapi.Py_Exit
        ctypes.CDLL(None).fopen
    except AttributeError:
        return None, None
    run_file.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_void_p)
    exit_with.argtypes = (ctypes.c_int,)
    exit_with.restype = None
    return run_file, exit_with


def fresh_main():
    """A `__main__` as the interpreter makes it; the launcher's own is not to be found any more."""
    main = type(sys)("__main__")
    if sys.version_info < (3, 14):
        main.__annotations__ = {}
    main.__builtins__ = sys.modules["builtins"]
    sys.modules["__main__"] = main
    lines = sys.modules.get("linecache")
    if lines is not None:  # From 3.13 on it holds the source that -c was given.
        lines.cache.clear()
        getattr(lines, "_interactive_cache", {}).clear()
    return main


def read_payload(descriptor):
    def read(size):
        parts = []
        while size > 0:
            part = os.read(descriptor, min(size, PIPE_BYTES))
            if not part:
                os._exit(0)
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    (size,) = struct.unpack("@Q", read(8))
    payload = read(size)
    os.close(descriptor)
    return payload


def write_files(directory, payload):
    import base64

    path = os.path.join(directory, payload["fileName"])
    contents = [(path, payload["code"].encode("utf-8", "surrogatepass"))]
    for file in payload["files"]:
        contents.append((os.path.join(directory, file["path"]), base64.b64decode(file["content"])))
    for name, content in contents:
        os.makedirs(os.path.dirname(name), exist_ok=True)
        with open(name, "wb") as file:
            file.write(content)
    return path


def program_environment(directory, variables):
    environment = {
        "PATH": os.environ.get("PATH") or "/usr/local/bin:/usr/bin:/bin",
        "HOME": directory,
        "LANG": "C.UTF-8",
        "TMPDIR": "/tmp",
    }
    environment.update((variable["name"], variable["value"]) for variable in variables)
    return environment


def wants_fresh_process(payload):
    """Whether only a process that starts anew would behave as `python3 main.py`."""
    for variable in payload["env"]:
        if variable["name"].startswith(RESTART_VARIABLES):
            return True
    # A file of the program's own comes before a module of the library of the same name, unless that is already there.
    imported_here = {name.partition(".")[0] for name in sys.modules}
    imported_here.difference_update(PLAIN_MODULES, sys.builtin_module_names)
    names = [payload["fileName"], *(file["path"] for file in payload["files"])]
    return any(name.partition("/")[0].partition(".")[0] in imported_here for name in names)


def set_stage(arguments, directory, environment, main):
    sys.argv[:] = arguments
    if hasattr(sys, "orig_argv"):
        sys.orig_argv[:] = [sys.executable, *arguments]
    sys.path.insert(0, directory)
    inherited = initial_environment()
    os.environ.clear()
    os.environ.update(environment)
    for address, length in inherited:  # What /proc/self/environ shows.
        ctypes.memset(address, 0, length)
    if "TZ" in environment:
        time.tzset()
    # As on a terminal each line is written when it ends. A whole line in one write stays whole beside other processes.
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True)
        if stream.encoding.lower() != "utf-8":
            stream.reconfigure(encoding="utf-8", errors=stream.errors)
    logging = sys.modules.get("logging")
    if logging is not None:
        logging._startTime = time.time_ns() if isinstance(logging._startTime, int) else time.time()


def initial_environment():
    """Addresses and lengths of the variables the launcher was started with: those lie side by side, later ones do not."""
    try:
        variables = ctypes.POINTER(ctypes.c_void_p).in_dll(ctypes.CDLL(None), "environ")
    except ValueError:
        return []
    found = []
    while variables and variables[len(found)]:
        address = variables[len(found)]
        found.append((address, len(ctypes.string_at(address))))
    starts = {start for start, _ in found}
    ends = {start + length + 1 for start, length in found}
    return [(start, length) for start, length in found if start in ends or start + length + 1 in starts]


def tell_begun(descriptor):
    """Tells the parent the time, and what of the child's figures is not the program's doing."""
    import resource

    usage = resource.getrusage(resource.RUSAGE_SELF)
    cpu = usage.ru_utime + usage.ru_stime
    os.write(descriptor, struct.pack("@ddQQ", time.monotonic(), cpu, usage.ru_maxrss, resident("self") or 0))
    os.close(descriptor)


# ---------------------------------------------------------------------------------------------------------------------
# Memory, as /proc has it
# ---------------------------------------------------------------------------------------------------------------------


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
    """Bytes of a process in memory that no file backs, shared or not; None when it cannot be told."""
    try:
        status = read_small("/proc/%s/status" % process)
        own = sum_fields(status, (b"RssAnon", b"RssShmem"))
        return sum_fields(status, (b"VmRSS",)) if own is None else own  # gVisor has the latter alone.
    except (OSError, ValueError, IndexError):
        return None


def proportional(process):
    """As `resident`, but what several share is counted once among them. Takes longer; None when it cannot be told."""
    try:
        rollup = read_small("/proc/%s/smaps_rollup" % process)
        return sum_fields(rollup, (b"Pss_Anon", b"Pss_Shmem"))
    except (OSError, ValueError, IndexError):
        return None


class MemoryWatch:
    """Looks at the memory of all the program's processes."""

    def __init__(self, program, limit):
        self.program = program
        self.limit = limit
        self.baseline = 0
        """What the program's process had before it began, bytes."""
        self.peak = None
        self.next_look = 0.0
        self.next_exact = 0.0
        self.kills = out_of_memory_kills()
        # gVisor does not tell what processes share; there the container's own figure does.
        self.container = None if proportional("self") is not None else container_memory()

    def look(self, now):
        """Whether the limit is exceeded."""
        processes = self.processes()
        total = self.total(processes, resident)
        # Forked processes share pages, each of which was counted for each of them: what could matter is counted again.
        if total is not None and len(processes) > 1 and total > (self.peak or 0):
            total = self.exact(processes, now) if now >= self.next_exact else None
        # A look at many processes takes time that is the program's.
        self.next_look = now + max(LOOK, 20 * (time.monotonic() - now))
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
    """Bytes of memory of this container, files it has read included; None when it cannot be told."""
    if not IS_PROCESS_1:
        return None
    for path in ("/sys/fs/cgroup/memory.current", "/sys/fs/cgroup/memory/memory.usage_in_bytes"):
        try:
            return int(read_small(path))
        except (OSError, ValueError):
            pass
    return None


def out_of_memory_kills():
    """How often the kernel has ended a process of this container for want of memory; None when it cannot be told."""
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


# ---------------------------------------------------------------------------------------------------------------------
# Disk
# ---------------------------------------------------------------------------------------------------------------------


class DiskWatch:
    """Looks at what the program's files take of the disk, those it has removed and still holds open among them.

    The free space of the file system costs nothing to ask, so that is what is asked all the time; a look through the files
    follows when it shrinks, and at intervals, because others write and remove there too.
    """

    def __init__(self, directory, processes, now):
        # Process 1 alone has a /tmp for itself.
        self.places = [directory, "/tmp", "/dev/termination-log"] if IS_PROCESS_1 else [directory]
        self.processes = processes
        """Returns the numbers of the program's processes."""
        self.free = (0, 0)
        self.free_at_start = self.free_at_look = self.free_space()
        self.looking = None
        """The look that goes on, as a generator."""
        self.is_blind = False
        """Whether it came upon something that it cannot look into: what the disk has less since the start then counts."""
        self.spent = 0.0
        """Processor time of the look, seconds."""
        self.used = 0
        """What the look before has found, bytes."""
        self.interval = DISK_OFTEN
        self.next_regular = now + DISK_FIRST
        self.next_urgent = now
        self.next_look = now + LOOK

    def look(self, now):
        """Whether the limit is exceeded, as far as can be told yet."""
        free = self.free_space()
        is_urgent = self.free_at_look[0] - free[0] >= DISK_STEP or self.free_at_look[1] - free[1] >= DISK_STEP_FILES
        self.next_look = now + LOOK
        if self.looking is None:
            if now < (self.next_urgent if is_urgent else self.next_regular):
                return False
            self.looking = self.measure()
            self.free_at_look = free
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
            self.next_look += slice_spent * DISK_PAUSE_URGENT
            return False
        self.looking = None
        self.interval = DISK_OFTEN if used > self.used + MIB else min(2 * self.interval, DISK_RARELY)
        self.used = used
        self.next_regular = now + max(self.interval, self.spent * DISK_PAUSE)
        self.next_urgent = now + self.spent * DISK_PAUSE_URGENT
        return False

    def proceed(self):
        """Goes on with the look for a moment; returns the bytes found and whether that is all there is."""
        until = time.monotonic() + DISK_SLICE
        used = 0
        for turn, used in enumerate(self.looking):
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
        """Yields the status of what a process holds open, and where that is told."""
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


# ---------------------------------------------------------------------------------------------------------------------
# Output
# ---------------------------------------------------------------------------------------------------------------------


class Segment:
    """Text of one stream in the order it was read."""

    __slots__ = ("stream", "at", "since", "parts", "length")

    def __init__(self, stream, at, since, text):
        self.stream = stream
        self.at = at
        """When its first byte was read, milliseconds since 1970."""
        self.since = since
        """The same on the monotonic clock, seconds."""
        self.parts = [text]
        self.length = len(text)

    def add(self, text):
        self.parts.append(text)
        self.length += len(text)


class Chunker:
    """Makes chunks of the raw bytes of both streams, by the rules of src/runner/output/chunker.ts.

    The first line goes out at once; what follows within the gathering time goes out together at its end, or when it fills
    a chunk. Text without a newline waits for the rest of its line for at most that time. The gathering time is short
    until a program has used its budget of chunks, then long.
    """

    def __init__(self, output_bytes, emit):
        import codecs

        from json import encoder

        self.emit = emit
        """Called with stream, time and the text as JSON."""
        self.encode = encoder.encode_basestring
        self.bytes_left = output_bytes
        self.truncated = False
        self.decoders = {stream: codecs.getincrementaldecoder("utf-8")("replace") for stream in (1, 2)}
        self.lines = deque()
        """Segments of whole lines, oldest first; neighbours are of different streams."""
        self.length = 0
        """Characters in `lines`."""
        self.tails = {}
        """For each stream the beginning of a line whose rest has not come. Apart from the lines, so that a line read in two
        parts stays one even when the other stream printed in between."""
        self.count = 0
        self.last_output = float("-inf")

    def push(self, stream, data, now):
        if self.truncated:
            return
        text = self.decoders[stream].decode(data)
        if text:
            self.add(stream, text, now)
            self.proceed(now)

    def end(self, now):
        """Hands out all that is left."""
        for stream, decoder in self.decoders.items():
            rest = decoder.decode(b"", True)
            if rest and not self.truncated:
                self.add(stream, rest, now)
        self.promote_tails(now)
        self.hand_out(1, now)

    def proceed(self, now):
        """Hands out what is due."""
        lines_due = self.last_output + self.gather()
        tail = self.oldest_tail()
        if tail is not None and max(tail + GATHER, lines_due) <= now:
            self.promote_tails(now - GATHER)
        if self.length > 0 and lines_due <= now:
            self.hand_out(1, now)
        elif self.length >= CHUNK_LENGTH:
            self.hand_out(CHUNK_LENGTH, now)

    def due(self):
        """When there will be something to hand out; infinity when nothing waits."""
        if self.truncated:
            return float("inf")
        lines_due = self.last_output + self.gather()
        if self.length > 0:
            return lines_due
        tail = self.oldest_tail()
        return float("inf") if tail is None else max(tail + GATHER, lines_due)

    def gather(self):
        return GATHER if self.count < EARLY_CHUNKS else GATHER_LONG

    def add(self, stream, text, now):
        at = int(time.time() * MILLISECOND)
        end = text.rfind("\n") + 1
        tail = self.tails.get(stream)
        if end > 0:
            if tail is None:
                tail = Segment(stream, at, now, text[:end])
            else:
                tail.add(text[:end])
                del self.tails[stream]
            self.add_lines(tail)
            tail = None
        if end < len(text):
            rest = text[end:]
            if tail is None:
                tail = self.tails[stream] = Segment(stream, at, now, rest)
            else:
                tail.add(rest)
            if tail.length >= CHUNK_LENGTH:
                self.add_lines(self.tails.pop(stream))

    def add_lines(self, segment):
        self.length += segment.length
        if self.lines and self.lines[-1].stream == segment.stream:
            last = self.lines[-1]
            last.parts += segment.parts
            last.length += segment.length
        else:
            self.lines.append(segment)

    def oldest_tail(self):
        return min((tail.since for tail in self.tails.values()), default=None)

    def promote_tails(self, until):
        """Counts tails that began by then among the lines."""
        for stream in [stream for stream, tail in self.tails.items() if tail.since <= until]:
            self.add_lines(self.tails.pop(stream))

    def hand_out(self, at_least, now):
        """Hands out chunks while at least so many characters are there."""
        while self.length >= at_least and self.length > 0 and not self.truncated:
            segment = self.lines[0]
            text = "".join(segment.parts)
            start = 0
            while start < len(text) and self.length >= at_least and not self.truncated:
                start += self.hand_out_one(segment, text, start)
                self.last_output = now
            if start < len(text):
                segment.parts = [text[start:]]
                segment.length = len(text) - start
            else:
                self.lines.popleft()
        if self.truncated:
            self.lines.clear()
            self.tails.clear()
            self.length = 0

    def hand_out_one(self, segment, text, start):
        """Hands out the longest beginning that fits a frame, up to a line's end where there is one; returns its length."""
        piece = text[start : start + CHUNK_LENGTH]
        is_rest = start + len(piece) == len(text)
        encoded = self.encode(piece).encode() if is_rest else b""
        while not is_rest or len(encoded) > TEXT_BYTES:
            if is_rest:
                piece = piece[: max(1, min(len(piece) - 1, len(piece) * TEXT_BYTES // len(encoded)))]
            end = piece.rfind("\n") + 1
            if end > 0:
                piece = piece[:end]
            encoded = self.encode(piece).encode()
            is_rest = True
        self.length -= len(piece)
        length = len(piece)
        size = length if piece.isascii() else len(piece.encode())
        if size > self.bytes_left:
            piece = piece.encode()[: self.bytes_left].decode("utf-8", "ignore")
            encoded = self.encode(piece).encode()
            size = len(piece.encode())
            self.truncated = True
        self.bytes_left -= size
        if piece:
            self.count += 1
            self.emit(segment.stream, segment.at, encoded)
        return length


class Frames:
    """What is printed: kept until it is acknowledged, and until stdout has taken it."""

    def __init__(self, descriptor):
        self.descriptor = descriptor
        os.set_blocking(descriptor, False)
        widen(descriptor)
        self.last = 0
        self.held = deque()
        self.held_bytes = 0
        self.start = None
        self.end = None
        self.unsent = deque()
        self.unsent_bytes = 0

    def put(self, frame):
        self.unsent.append(frame)
        self.unsent_bytes += len(frame)

    def chunk(self, stream, at, text):
        self.last += 1
        frame = b'{"type":"out","n":%d,"s":%d,"at":%d,"d":%s}\n' % (self.last, stream, at, text)
        self.held.append((self.last, frame))
        self.held_bytes += len(frame)
        self.put(frame)

    def acknowledge(self, number):
        while self.held and self.held[0][0] <= number:
            self.held_bytes -= len(self.held.popleft()[1])

    def repeat(self, after):
        if self.start is not None:
            self.put(self.start)
        for number, frame in self.held:
            if number > after:
                self.put(frame)
        if self.end is not None:
            self.put(self.end)

    def flush(self):
        """Writes what stdout takes now."""
        while self.unsent:
            batch = []
            size = 0
            while self.unsent and size < PIPE_BYTES:
                batch.append(self.unsent.popleft())
                size += len(batch[-1])
            data = batch[0] if len(batch) == 1 else b"".join(batch)
            try:
                written = os.write(self.descriptor, data)
            except BlockingIOError:
                written = 0
            except OSError:  # Nobody will ever read it.
                written = size
            self.unsent_bytes -= written
            if written < size:
                self.unsent.appendleft(data[written:])
                return


def widen(descriptor):
    """Makes a pipe larger than 64 KiB where that is allowed, so that its two ends need to take turns less often."""
    try:
        import fcntl

        fcntl.fcntl(descriptor, 1031, PIPE_BYTES)  # F_SETPIPE_SZ
        return True
    except (ImportError, OSError):
        return False


# ---------------------------------------------------------------------------------------------------------------------
# Input
# ---------------------------------------------------------------------------------------------------------------------


class Lines:
    """Parts what is read into lines; what is longer than a line may be is dropped to its end."""

    def __init__(self):
        self.buffer = bytearray()
        self.searched = 0
        self.is_dropping = False

    def push(self, data):
        self.buffer += data
        lines = []
        while True:
            end = self.buffer.find(b"\n", self.searched)
            if end < 0:
                break
            if not self.is_dropping and end <= LINE_BYTES:
                lines.append(bytes(self.buffer[:end]))
            self.is_dropping = False
            self.searched = 0
            del self.buffer[: end + 1]
        self.searched = len(self.buffer)
        if self.searched > LINE_BYTES:
            self.is_dropping = True
        if self.is_dropping:
            self.buffer.clear()
            self.searched = 0
        return lines


def parse_number(text):
    return int(text) if text.isdigit() and len(text) <= 15 else None


def parse_payload(line):
    """The id of a `run` line and the payload's JSON as bytes and as object, both None when it did not arrive whole."""
    parts = line.split(b" ", 4)
    name = parts[1]
    if len(parts) < 5 or parse_number(parts[2]) != len(parts[4]):
        return name, None, None
    try:
        from _sha2 import sha256
    except ImportError:
        try:
            from _sha256 import sha256
        except ImportError:
            from hashlib import sha256
    if sha256(parts[4]).hexdigest().encode() != parts[3].lower():
        return name, None, None
    import json

    try:
        payload = json.loads(parts[4])
        for limit in ("timeoutMs", "memoryMb", "outputBytes"):
            payload["limits"][limit] + 0
        payload["stdin"].encode("utf-8", "surrogatepass")
    except (ValueError, LookupError, TypeError, AttributeError):
        return name, None, None
    return name, parts[4], payload


# ---------------------------------------------------------------------------------------------------------------------
# The launcher
# ---------------------------------------------------------------------------------------------------------------------


class Launcher:
    """`waiting`, then `running` from `start` to `end`, then `ended` until `bye`."""

    def __init__(self, idle, linger, directory):
        self.idle = idle
        self.linger = linger
        self.state = "waiting"
        self.id = None
        self.pipes = Pipes()
        self.directory = directory
        self.program = fork_interpreter(self.pipes, directory)
        for descriptor in self.pipes.childs:
            os.close(descriptor)
        self.frames = Frames(1)
        self.say_ready(b"-")
        self.frames.flush()

        # All that will ever be imported here: the program may take the right to open a file. wait4 needs `resource`.
        import json
        import resource  # noqa: F401
        import select
        import signal

        self.json = json
        self.signal = signal
        self.select = select
        self.poll = select.epoll()
        self.watched = {}
        self.lines = Lines()
        for descriptor in (0, self.pipes.stdout_read, self.pipes.stderr_read, self.pipes.feed):
            os.set_blocking(descriptor, False)
        self.nap = NAP if widen(self.pipes.stdout_read) else NAP / 4
        widen(self.pipes.stderr_read)
        self.woken = self.defend()

        self.open = {self.pipes.stdout_read: 1, self.pipes.stderr_read: 2}
        """The program's pipes that have not ended, with their streams' numbers."""
        self.stdin_open = True
        self.hand_over = None
        """The payload, until `start` was taken by stdout."""
        self.feed = b""
        """What the program's stdin still gets."""
        self.chunker = None
        self.memory = None
        self.disk = None
        self.cause = None
        self.exit = None
        """Status of the program's first process, once it has ended."""
        self.started = None
        self.deadline = None
        self.kill_at = None
        self.is_leaving = False
        self.cpu_before = 0.0
        self.memory_before = None
        self.usage = None
        self.orphans_cpu = 0.0
        self.wall = None
        self.heard = time.monotonic()
        self.ended = None
        self.nap_until = 0.0
        self.reads = 0
        self.reads_since = 0.0

    def defend(self):
        """Lets no signal of the program do harm, and hides from it. Returns what is readable when a child has ended."""
        signal = self.signal
        for number in range(1, 65):
            if number not in (signal.SIGKILL, signal.SIGSTOP, signal.SIGCHLD, signal.SIGTERM):
                try:
                    signal.signal(number, signal.SIG_IGN)
                except (OSError, ValueError):
                    pass
        woken, wake = os.pipe()
        os.set_blocking(woken, False)
        os.set_blocking(wake, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        # Looked for rather than handled: so it is seen who sent it.
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
        if ctypes is not None:
            ignore_reserved_signals()
            try:
                # PR_SET_DUMPABLE: closes /proc/1/fd, mem and environ to the program.
                ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)
            except AttributeError:
                pass
        return woken

    def run(self):
        while True:
            now = time.monotonic()
            self.watch_all(now)
            ready = self.poll.poll(max(0.0, min(self.next_due(now) - now, IDLE_LOOK)))
            now = time.monotonic()
            for descriptor, _ in ready:
                self.serve(descriptor, now)
            self.look_for_terminate(now)
            self.pass_time(now)
            self.frames.flush()

    # What to wait for

    def watch_all(self, now):
        poll_in, poll_out = self.select.EPOLLIN, self.select.EPOLLOUT
        self.watch(0, poll_in if self.stdin_open else 0)
        self.watch(self.frames.descriptor, poll_out if self.frames.unsent else 0)
        self.watch(self.woken, poll_in)
        self.watch(self.pipes.begun_read, poll_in if self.state == "running" and self.started is None else 0)
        self.watch(self.pipes.feed, poll_out if self.feed else 0)
        reads = poll_in if self.may_read() and self.nap_until <= now else 0
        for descriptor in self.open:
            self.watch(descriptor, reads)

    def watch(self, descriptor, events):
        """Nothing to wait for means not watched: a pipe whose other end is closed would wake us for ever."""
        before = self.watched.get(descriptor, 0)
        if events == before:
            return
        try:
            if not events:
                self.poll.unregister(descriptor)
            elif before:
                self.poll.modify(descriptor, events)
            else:
                self.poll.register(descriptor, events)
        except PermissionError:  # A file, such as /dev/null.
            if descriptor == 0:
                self.stdin_open = False
            return
        self.watched[descriptor] = events

    def may_read(self):
        """Whether the program's output may be read now, or is held back."""
        if self.state != "running" or self.chunker is None:
            return False
        return self.is_leaving or (
            self.frames.held_bytes <= HELD_BYTES and self.frames.unsent_bytes <= UNSENT_BYTES
        )

    def next_due(self, now):
        if self.state == "waiting":
            return self.heard + self.idle
        if self.state == "ended":
            return self.ended + self.stay()
        due = [self.chunker.due(), self.ended_since() + self.linger]
        if self.nap_until > now and self.may_read():
            due.append(self.nap_until)
        if self.exit is None:
            due += [self.memory.next_look, self.disk.next_look, self.deadline or due[0], self.kill_at or due[0]]
        elif self.is_drained():
            return now
        return min(due)

    def ended_since(self):
        return float("inf") if self.ended is None else self.ended

    def stay(self):
        """How long to wait for `bye`. An attached stream that is cut by an exit may lose what was printed before."""
        return min(self.linger, LAST_WORDS) if self.is_leaving else self.linger

    # What happens

    def serve(self, descriptor, now):
        if descriptor == 0:
            self.hear(now)
        elif descriptor == self.woken:
            try:
                os.read(self.woken, 4 * KIB)
            except BlockingIOError:
                pass
        elif descriptor in self.open:
            self.read_program(descriptor, now)
        elif descriptor == self.pipes.begun_read:
            self.hear_begun(now)

    def pass_time(self, now):
        self.reap(now)
        if self.state == "waiting":
            if self.exit is not None:
                give_up("The waiting interpreter ended; nothing can be run.")
            if now >= self.heard + self.idle:
                self.leave()
        elif self.state == "running":
            self.hand_payload_over(now)
            self.feed_program()
            self.keep_limits(now)
            self.chunker.proceed(now)
            if self.chunker.truncated:
                self.end_program("output", 0, now)
            if self.exit is not None:
                self.drain(now)
        elif now >= self.ended + self.stay():
            self.leave()

    def hear(self, now):
        try:
            data = os.read(0, 4 * READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.stdin_open = False
            return
        for line in self.lines.push(data):
            self.heard = now
            self.obey(line.rstrip(b"\r"), now)

    def obey(self, line, now):
        word, _, rest = line.partition(b" ")
        if word == b"run" and self.state == "waiting":
            if 0 < len(rest.partition(b" ")[0]) <= TOKEN_BYTES:
                self.take(line, now)
            return
        words = rest.split(b" ")
        if not words[0] or len(words[0]) > TOKEN_BYTES or len(words) > 2:
            if word == b"bye" and not rest and self.state != "running":
                self.leave()
            return
        if word == b"hello":
            self.answer(words)
        elif word == b"ack" and len(words) == 1:
            number = parse_number(words[0])
            if number is not None:
                self.frames.acknowledge(number)
        elif word == b"stop" and len(words) == 2:
            grace = parse_number(words[1])
            if grace is not None:
                self.end_program(words[0].decode("utf-8", "replace"), grace / MILLISECOND, now)

    def answer(self, words):
        after = parse_number(words[1]) if len(words) == 2 else -1
        if after is None or self.frames.unsent_bytes > UNSENT_BYTES:
            return
        self.say_ready(words[0])
        if after >= 0:
            self.frames.repeat(after)

    def say_ready(self, nonce):
        """Written by hand: it is said before anything is imported that could write it."""
        nonce = "".join(c if c.isprintable() and c not in '"\\' else "?" for c in nonce.decode("utf-8", "replace"))
        frame = '{"type":"ready","nonce":"%s","protocol":%d,"version":"%s","state":"%s","id":%s,"last":%d}\n' % (
            nonce,
            PROTOCOL,
            VERSION,
            self.state,
            "null" if self.id is None else self.json.dumps(self.id),
            self.frames.last,
        )
        self.frames.put(frame.encode())

    def frame(self, **fields):
        return self.json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"

    def take(self, line, now):
        name, source, payload = parse_payload(line)
        name = name.decode("utf-8", "replace")
        if payload is None:
            self.frames.put(self.frame(type="refused", id=name))
            return
        self.id = name
        self.state = "running"
        limits = payload["limits"]
        self.timeout = max(0, limits["timeoutMs"] - payload.get("startedAgoMs", 0)) / MILLISECOND
        self.chunker = Chunker(limits["outputBytes"], self.frames.chunk)
        self.memory = MemoryWatch(self.program, limits["memoryMb"] * MIB)
        self.memory.next_look = now + LOOK
        self.disk = DiskWatch(self.directory, self.memory.processes, now)
        self.stdin_text = payload["stdin"].encode("utf-8", "surrogatepass")
        self.hand_over = source
        self.frames.start = self.frame(type="start", id=name, at=int(time.time() * MILLISECOND))
        self.frames.put(self.frames.start)
        self.frames.flush()
        self.hand_payload_over(now)

    def hand_payload_over(self, now):
        """Only once `start` is printed: who finds no `start` in the log may run the program elsewhere."""
        if self.hand_over is None or self.frames.unsent:
            return
        data, self.hand_over = struct.pack("@Q", len(self.hand_over)) + self.hand_over, None
        self.deadline = now + self.timeout
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(self.pipes.payload, view) :]
        except OSError:  # The child is gone, which is told where children are waited for.
            pass
        os.close(self.pipes.payload)
        self.feed = self.stdin_text
        if not self.feed:
            os.close(self.pipes.feed)

    def hear_begun(self, now):
        try:
            data = os.read(self.pipes.begun_read, 64)
            self.started, self.cpu_before, self.memory_before, self.memory.baseline = struct.unpack("@ddQQ", data)
        except (OSError, struct.error):  # It ended before.
            self.started = now
        self.deadline = self.started + self.timeout

    def feed_program(self):
        if not self.feed:
            return
        try:
            self.feed = self.feed[os.write(self.pipes.feed, self.feed[:PIPE_BYTES]) :]
        except BlockingIOError:
            return
        except OSError:  # The program does not want it.
            self.feed = b""
        if not self.feed:
            self.close_feed()

    def close_feed(self):
        self.feed = b""
        self.watch(self.pipes.feed, 0)
        os.close(self.pipes.feed)

    def read_program(self, descriptor, now):
        stream = self.open[descriptor]
        while self.may_read():
            try:
                data = os.read(descriptor, READ_BYTES)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            if not data:
                self.watch(descriptor, 0)
                del self.open[descriptor]
                os.close(descriptor)
                return
            self.chunker.push(stream, data, now)
            self.consider_nap(now)
            if len(data) < READ_BYTES:
                return

    def consider_nap(self, now):
        if now - self.reads_since > GATHER:
            self.reads_since = now
            self.reads = 0
        self.reads += 1
        if self.reads > BUSY_READS and self.exit is None:
            self.nap_until = now + self.nap

    # How it ends

    def look_for_terminate(self, now):
        while True:
            try:
                found = self.signal.sigtimedwait([self.signal.SIGTERM], 0)
            except OSError:
                return
            if found is None:
                return
            # In a pod the sender is outside and has no number here; one that has is the program.
            if not IS_PROCESS_1 or found.si_pid == 0:
                break
        if self.state != "running":
            self.leave()
        self.is_leaving = True
        self.end_program("terminated", TERMINATE_GRACE, now)

    def keep_limits(self, now):
        if self.exit is not None:
            return
        if self.deadline is not None and now >= self.deadline:
            self.deadline = None
            self.end_program("timeout", TERMINATE_GRACE, now)
        if now >= self.memory.next_look and self.memory.look(now):
            self.end_program("memory", 0, now)
        if now >= self.disk.next_look and self.disk.look(now):
            self.end_program("disk", 0, now)
        if self.kill_at is not None and now >= self.kill_at:
            self.kill_at = None
            self.kill_all()

    def end_program(self, cause, grace, now):
        """The first cause is the one that is told; a later one may still hasten the end."""
        if self.state != "running" or self.exit is not None:
            return
        if self.cause is None:
            self.cause = cause
            self.deadline = None
            if grace > 0:
                self.send(self.signal.SIGTERM)
            self.kill_at = now + grace
        elif self.kill_at is not None:
            self.kill_at = min(self.kill_at, now + grace)
        if self.kill_at is not None and self.kill_at <= now:
            self.kill_at = None
            self.kill_all()

    def send(self, number):
        """Sends a signal to the program's process group."""
        try:
            os.killpg(self.program, number)
        except OSError:
            pass

    def kill_all(self):
        """Kills every process but this one. Elsewhere than in a pod, where that would be the whole machine: the group."""
        if IS_PROCESS_1:
            try:
                os.kill(-1, self.signal.SIGKILL)
            except OSError:
                pass
        else:
            self.send(self.signal.SIGKILL)

    def reap(self, now):
        while True:
            try:
                process, status, usage = os.wait4(-1, os.WNOHANG)
            except OSError:
                return
            if process == 0:
                return
            if process == self.program:
                self.exit = status
                self.usage = usage
                self.wall = now
                self.nap_until = 0.0
                if self.state == "running":
                    self.ended = now
                    self.kill_all()
                    if self.feed:
                        self.close_feed()
            else:
                self.orphans_cpu += usage.ru_utime + usage.ru_stime

    def drain(self, now):
        """Reads what the program has left in its pipes, then tells the end."""
        if self.started is None:
            self.hear_begun(now)
        for descriptor in list(self.open):
            self.read_program(descriptor, now)
        if self.is_drained():
            self.tell_end(now)
        elif now >= self.ended_since() + self.linger:
            self.leave()

    def is_drained(self):
        """Every writer was killed: what is not there now will not come. One that left the group may hold a pipe open."""
        return not self.open or (self.may_read() and not self.has_output())

    def has_output(self):
        return bool(self.select.select(list(self.open), [], [], 0)[0])

    def tell_end(self, now):
        self.chunker.end(now)
        for descriptor in list(self.open):
            self.watch(descriptor, 0)
            os.close(descriptor)
        self.open.clear()
        code = signal_name = None
        cause = self.cause
        if cause is None and os.WIFEXITED(self.exit):
            cause, code = "exit", os.WEXITSTATUS(self.exit)
        elif cause is None:
            number = os.WTERMSIG(self.exit)
            if number == self.signal.SIGKILL and self.memory.was_killed():
                cause = "memory"
            else:
                cause, signal_name = "signal", name_of_signal(self.signal, number)
        self.frames.end = self.frame(
            type="end",
            last=self.frames.last,
            cause=cause,
            exitCode=code,
            signal=signal_name,
            wallMs=round((self.wall - self.started) * MILLISECOND),
            cpuMs=self.cpu(),
            maxMemoryMb=self.peak_memory(),
            truncated=self.chunker.truncated,
        )
        self.frames.put(self.frames.end)
        self.state = "ended"
        self.ended = now

    def cpu(self):
        used = self.usage.ru_utime + self.usage.ru_stime - self.cpu_before + self.orphans_cpu
        return round(max(0.0, used) * MILLISECOND)

    def peak_memory(self):
        """MiB: the most that was seen, or the kernel's own figure of the greatest process when that is more."""
        found = [] if self.memory.peak is None else [self.memory.peak]
        if self.memory_before and self.usage.ru_maxrss:
            found.append(max(0, self.usage.ru_maxrss - self.memory_before) * KIB)
        return round(max(found) / MIB, 1) if found else None

    def leave(self):
        """Ends this process, and with it the pod."""
        if self.state == "running":
            self.kill_all()
        patience = time.monotonic() + 2
        self.frames.flush()
        while self.frames.unsent and time.monotonic() < patience:
            self.select.select([], [self.frames.descriptor], [], 0.1)
            self.frames.flush()
        # A node that ended it tells why only of a pod that failed.
        os._exit(TERMINATED if self.is_leaving else 0)


def ignore_reserved_signals():
    """The C library keeps 32 and 33 to itself; gVisor lets a program end process 1 with them. Asks the kernel itself."""
    number = {"x86_64": 13, "aarch64": 134}.get(os.uname().machine)
    if number is None:
        return
    ignore = struct.pack("@PLPL", 1, 0, 0, 0)  # SIG_IGN, no flags, no restorer, no mask.
    try:
        for reserved in (32, 33):
            ctypes.CDLL(None).syscall(ctypes.c_long(number), ctypes.c_long(reserved), ignore, None, ctypes.c_long(8))
    except AttributeError:
        pass


def name_of_signal(signal, number):
    try:
        return signal.Signals(number).name
    except ValueError:
        return "SIG%d" % number


def give_up(reason):
    os.write(2, (reason + "\n").encode())
    os._exit(1)


def main():
    numbers = [parse_number(argument) for argument in sys.argv[1:3]]
    if None in numbers:
        give_up("Expected IDLE_MS and LINGER_MS as numbers, got %r." % (sys.argv[1:3],))
    idle, linger = [number / MILLISECOND for number in numbers + [60_000, 600_000][len(numbers) :]]
    directory = sys.argv[3] if len(sys.argv) > 3 else "/program"
    try:
        os.stat(directory)
        Launcher(idle, linger, directory).run()
    except Exception as error:
        # Never a traceback: it could show what a payload holds.
        give_up("The launcher failed: %s: %s" % (type(error).__name__, error if isinstance(error, OSError) else "-"))


main()
