"""What the child does: it gets ready, waits for its program, and becomes it."""

import os
import struct
import sys
import time
from functools import partial

from .bounds import FILE_BYTES, PIPE_BYTES, PROCESSES
from .given import write_file, write_given
from .fork_server import FORK_SERVER, serve_forks
from .interrupts import take_interrupts, taking_interrupts
from .memory import resident
from .preloaded import RECORD, Preloaded
from .shell import become_shell
from .stage import (
    entry_points,
    fresh_main,
    import_common,
    set_stage,
    threading_end,
    wants_fresh_process,
)
from .start import ctypes

USER = "program"
"""The name of a user whose number stands in no image's /etc/passwd; `getpass.getuser()` gives it."""


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

    found = ()
    size = read_size(pipes.payload_read)
    if size == FORK_SERVER:
        import_common(None)
        gc.freeze()
        pipes = serve_forks(pipes.payload_read)
        settle_in(pipes, directory)
        found = os.listdir(directory)
        size = read_size(pipes.payload_read)
    given_at = read_size(pipes.payload_read)
    payload = json.loads(read_bytes(pipes.payload_read, size))
    if "cells" in payload:
        become_cells(payload, directory)
    path = write_files(directory, payload, given_at)
    if path is None:
        report_begun(pipes.begun)
        os._exit(1)
    if "script" in payload:
        if "compile" not in payload:
            os.close(pipes.payload_read)
            report_begun(pipes.begun, is_another=True)
        take_interrupts()
        become_shell(pipes, payload, program_environment(directory, []))
    os.close(pipes.payload_read)
    environment = program_environment(directory, payload["env"])
    arguments = [payload["fileName"], *payload["args"]]
    fresh = run_file is None or wants_fresh_process(payload, found)
    del payload
    if fresh:
        report_begun(pipes.begun)
        take_interrupts()
        os.execve(sys.executable, [sys.executable, "-s", "-u", "--", *arguments], environment)
    set_stage(arguments, directory, environment, main)
    file = ctypes.CDLL(None).fopen
    file.restype = ctypes.c_void_p
    stream = file(os.fsencode(path), b"rb")
    report_begun(pipes.begun)
    Preloaded(RECORD).set_aside()

    # CPython's own: runs the file as `__main__`, prints what it raises, exits itself at a SystemExit.
    yield taking_interrupts(partial(run_file, stream, os.fsencode(path), 1, None))

    failed = getattr(sys, "last_type", None)
    if failed is None:
        yield partial(exit_with, 0)
    if failed is not KeyboardInterrupt:
        yield partial(exit_with, 1)
    # As CPython's main does: whoever waits for the process is to see that SIGINT ended it.
    threading, atexit = sys.modules.get("threading"), __import__("atexit")
    if threading is not None:
        yield threading_end(threading)
    yield partial(atexit._run_exitfuncs)
    yield partial(sys.stdout.flush)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGINT)
    os._exit(130)


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


def read_size(descriptor):
    (size,) = struct.unpack("@Q", read_bytes(descriptor, 8))
    return size


def read_bytes(descriptor, size):
    parts = []
    while size > 0:
        part = os.read(descriptor, min(size, PIPE_BYTES))
        if not part:
            os._exit(0)
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def write_files(directory, payload, given_at):
    """Writes the program and its files; returns the program's path. What cannot be written is printed, and None returned."""
    code = payload["code"].encode("utf-8", "surrogatepass")
    problem = write_given(directory, payload["files"], given_at)
    problem = problem or write_file(directory, payload["fileName"], code, given_at)
    if problem is None:
        return os.path.normpath(os.path.join(directory, payload["fileName"]))
    print(problem, file=sys.stderr, flush=True)
    return None


def become_cells(payload, directory):
    """Becomes an interpreter that runs cells (../../../local/cells/python)."""
    take_interrupts()
    arguments = [sys.executable, "-s", payload["cells"], payload["token"]]
    os.execve(sys.executable, arguments, program_environment(directory, payload["env"]))


def program_environment(directory, variables):
    environment = {
        "PATH": os.environ.get("PATH") or "/usr/local/bin:/usr/bin:/bin",
        "HOME": directory,
        "LANG": "C.UTF-8",
        "LOGNAME": USER,
        "TMPDIR": "/tmp",
        "USER": USER,
        # What libraries and the interpreter cache is not what a program leaves.
        "XDG_CACHE_HOME": "/tmp/.cache",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    environment.update((variable["name"], variable["value"]) for variable in variables)
    return environment


def report_begun(descriptor, is_another=False):
    """Reports to the parent the time, and what of the child's figures is not the program's doing: none, of another program's."""
    import resource

    usage = resource.getrusage(resource.RUSAGE_SELF)
    cpu = usage.ru_utime + usage.ru_stime
    memory = (0, 0) if is_another else (usage.ru_maxrss, resident("self") or 0)
    os.write(descriptor, struct.pack("@ddQQ", time.monotonic(), cpu, *memory))
    os.close(descriptor)
