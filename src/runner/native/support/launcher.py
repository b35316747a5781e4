"""What a ready Python of the native host does; joined with parts of the launcher in pods, as ../launchers.ts lists them."""

import io
import os
import sys

from _functools import partial

from .interrupts import hold_interrupts, take_interrupts, taking_interrupts
from .preloaded import RECORD, Preloaded
from .stage import (
    ctypes,
    entry_points,
    fresh_main,
    import_common,
    set_stage,
    threading_end,
    wants_fresh_process,
)

CONTROL = 3
"""The server writes the payload there; a byte goes back when this process is ready for it."""
STDIN_PIPE = 4
"""Becomes stdin where that stays open: a pipe without a name, which can be opened again when its writer is gone."""
PREPARE = b"\n"
"""Comes before the payload, if it comes: there is time to import."""


def wait():
    """Gets ready, waits for the program and sets the stage; returns what runs it, to be called with nothing on the stack."""
    hold_interrupts()
    stdin_file, *limits = sys.argv[1:6]
    del sys.argv[1:6]
    set_limits([int(limit) for limit in limits])
    place_descriptors(stdin_file)
    import gc

    run_file, exit_with = entry_points() if ctypes is not None else (None, None)
    os.write(CONTROL, b".")
    payload = read_payload()
    main = fresh_main()
    gc.freeze()
    if payload["stdinOpen"]:
        os.dup2(STDIN_PIPE, 0)
        renew_stdin()
    os.close(STDIN_PIPE)

    directory = os.getcwd()
    arguments = [payload["fileName"], *payload["args"]]
    environment = {variable["name"]: variable["value"] for variable in payload["env"]}
    if run_file is None or wants_fresh_process(payload):
        take_interrupts()
        os.execve(sys.executable, [sys.executable, "-s", "-u", "--", *arguments], environment)
    path = os.path.join(directory, payload["fileName"])
    set_stage(arguments, os.path.dirname(path), environment, main)
    stream = ctypes.CDLL(None).fopen
    stream.restype = ctypes.c_void_p
    run = partial(run_file, stream(os.fsencode(path), b"rb"), os.fsencode(path), 1, None)
    Preloaded(RECORD).set_aside()
    return taking_interrupts(run), exit_with


def read_payload():
    """As ../payload.ts writes it: importing `json` would take as long as half of an interpreter's start."""
    parts = []
    while part := os.read(CONTROL, 1 << 20):
        if not parts and part.startswith(PREPARE):
            import_common(CONTROL, sys.argv[1:])
            part = part[len(PREPARE) :]
        parts.append(part)
    os.close(CONTROL)
    words = iter(b"".join(parts).decode().split("\0"))

    def some():
        return [next(words) for _ in range(int(next(words)))]

    stdin = next(words)
    if stdin == "":
        os._exit(0)
    arguments = some()
    variables = [{"name": name, "value": value} for name, value in zip(some(), some())]
    return {
        "stdinOpen": stdin == "open",
        "fileName": arguments[0],
        "args": arguments[1:],
        "env": variables,
        "files": [{"path": path} for path in some()],
    }


def set_limits(limits):
    """Of core files, open files, private memory and processes: for this process and all that it starts, for good."""
    kinds = (4, 7, 2, 6)  # asm-generic/resource.h: RLIMIT_CORE, _NOFILE, _DATA, _NPROC; the same on x64 and arm64.
    if ctypes is None:
        import resource  # Takes half a millisecond.

        for kind, limit in zip(kinds, limits):
            _, most = resource.getrlimit(kind)
            limit = limit if most == resource.RLIM_INFINITY else min(limit, most)
            resource.setrlimit(kind, (limit, limit))
        return
    library = ctypes.CDLL(None, use_errno=True)
    for kind, limit in zip(kinds, limits):
        pair = (ctypes.c_ulong * 2)()
        done = library.getrlimit(kind, pair)
        pair[0] = pair[1] = min(limit, pair[1])  # No limit is the greatest number.
        if done != 0 or library.setrlimit(kind, pair) != 0:
            raise OSError(ctypes.get_errno(), "setrlimit")


def place_descriptors(stdin_file):
    """The server's socket, which is descriptor 0, becomes `CONTROL`; an empty file with that name becomes stdin."""
    os.dup2(0, CONTROL)
    reader, writer = os.pipe()
    if reader != STDIN_PIPE:
        os.dup2(reader, STDIN_PIPE)
        os.close(reader)
    os.close(writer)
    file = os.open(stdin_file, os.O_RDONLY | os.O_CREAT, 0o666)
    os.dup2(file, 0)
    os.close(file)
    renew_stdin()


def renew_stdin():
    """`sys.stdin` of what descriptor 0 is now: it has kept whether one could go back in what that was before."""
    before = sys.stdin
    buffer = open(0, "rb", closefd=False)
    buffer.raw.name = before.name
    sys.stdin = sys.__stdin__ = io.TextIOWrapper(buffer, before.encoding, before.errors, newline="\n")
    sys.stdin.mode = "r"


def finish(exit_with):
    """After CPython has run the file and printed what it raised; returns what ends the process."""
    failed = getattr(sys, "last_type", None)
    if failed is None:
        return [partial(exit_with, 0)]
    if failed is not KeyboardInterrupt:
        return [partial(exit_with, 1)]
    return [partial(end_by_interrupt)]


def end_by_interrupt():
    """As CPython's main does: whoever waits for the process is to see that SIGINT ended it."""
    import atexit
    import signal

    threading = sys.modules.get("threading")
    if threading is not None:
        threading_end(threading)()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGINT)
    os._exit(130)


run, exit_with = wait()
run()
for step in finish(exit_with):
    step()
