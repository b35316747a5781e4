"""Runs once, while a snapshot is made: what it leaves in memory is what every program starts with.

None of it is in `sys.modules` or among a program's names. `addresses` tells the launcher where the objects are that it
needs; it calls `begin` when a program has come. The other sources beside it have run before, in the same namespace.
"""

import errno
import gc
import os
import signal
import sys
import time

SANDBOX = "the embedded sandbox runs programs in one WebAssembly process"

# What CPython installs when it is started as a command.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Output is watched while the program runs: a line goes out when it ends, as on a terminal.
sys.stdout.reconfigure(line_buffering=True)

translations, error_texts = use_linux_error_numbers()
ready, own_files = prepare(os.path.dirname(os.__file__))
replace_parts(ready)

refusals = {
    "thread": (RuntimeError, (f"can't start new thread: {SANDBOX}, which has no threads",)),
    "process": (OSError, (errno.ENOTSUP, f"processes are not available: {SANDBOX}")),
    "socket": (OSError, (errno.ENETUNREACH, f"sockets are not available: {SANDBOX}, without a network")),
    "resolve": (
        ready["socket"].gaierror,
        (ready["socket"].EAI_FAIL, f"names cannot be resolved: {SANDBOX}, without a network"),
    ),
    "negative sleep": (ValueError, ("sleep length must be non-negative",)),
}
"""What a program is told when it asks for what cannot be: the exception CPython would raise, with the reason."""

methods = {"time.sleep": "sleep", "posix.strerror": "strerror"}
for name in ("start_new_thread", "start_new", "start_joinable_thread"):
    methods[f"_thread.{name}"] = "thread"
for name in ("fork", "forkpty", "execv", "execve", "posix_spawn", "posix_spawnp", "waitpid", "wait"):
    methods[f"posix.{name}"] = "process"
methods["_posixsubprocess.fork_exec"] = "process"
methods["_socket.socketpair"] = "socket"
for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "gethostbyaddr", "getnameinfo"):
    methods[f"_socket.{name}"] = "resolve"


def system(command):
    """As for a shell that finds no command: the program goes on."""
    os.write(2, f"sh: {os.fsdecode(command)}: processes are not available: {SANDBOX}\n".encode())
    return 127 << 8


add_missing_functions(system)
# With this flag `subprocess` explains itself with the platform's name; without, it comes to what is refused here.
ready["subprocess"]._can_fork_exec = True
ready["subprocess"]._fork_exec = __import__("_posixsubprocess").fork_exec


def method_addresses():
    for path, function in methods.items():
        module, _, name = path.partition(".")
        found = getattr(__import__(module), name, None)
        if found is not None:
            yield [id(found), function]


library_path = list(sys.path)


def begin(document):
    """Sets the stage for one program: `{fileName, directory, args, env, ownFiles}` as JSON.

    May be called again: what it sets is what the last call says.
    """
    payload = ready["json"].loads(document)
    os.environ.clear()
    os.environ.update(payload["env"])
    sys.argv[:] = [payload["fileName"], *payload["args"]]
    sys.orig_argv[:] = [sys.executable, *sys.argv]
    places = [path for path in os.environ.get("PYTHONPATH", "").split(":") if path]
    sys.path[:] = [payload["directory"], *places, *library_path]
    use_environment()
    own_files.clear()
    own_files.update(payload["ownFiles"])
    for path in places:
        if os.path.isdir(path):
            own_files.update(name.removesuffix(".py") for name in os.listdir(path))
    # What a snapshot holds of time and chance would be the same in every process.
    ready["random"].seed()
    ready["logging"]._startTime = time.time_ns()


INT_MAX = 2**31 - 1


def use_environment():
    """Variables that CPython reads when it starts, as far as what they say can be changed later."""
    digits = os.environ.get("PYTHONINTMAXSTRDIGITS", "")
    # Ten digits: more are never a C int, and too many are no integer for Python itself.
    limit = int(digits) if digits.isdecimal() and len(digits) <= 10 else -1
    if limit == 0 or sys.int_info.str_digits_check_threshold <= limit <= INT_MAX:
        sys.set_int_max_str_digits(limit)
    if os.environ.get("PYTHONFAULTHANDLER"):
        __import__("faulthandler").enable()


def explain():
    """Called when a program has ended by an exception: says why a module could not be found."""
    error = getattr(sys, "last_exc", None)
    if type(error) is not ModuleNotFoundError or not isinstance(error.name, str) or sys.__stderr__ is None:
        return
    name = error.name.partition(".")[0]
    if name in sys.stdlib_module_names:
        reason = "the embedded sandbox has no module of this name"
    else:
        reason = "the embedded sandbox has Python's standard library and the files given with the program only"
    print(f'{name}: {reason}, see "podline runtimes"', file=sys.__stderr__, flush=True)


cells = []


def open_cells(token):
    """Makes this interpreter one that runs cells. To be called before there is any file of a program."""
    namespace = {"__name__": "cells", "__builtins__": __builtins__}
    exec(cells_code, namespace)
    cells.append(namespace["Cells"](token, open_stdin))


def open_stdin():
    return open(0, encoding="utf-8", errors="surrogateescape", closefd=False)


def run_cell(document):
    """Runs one cell, `{code, fileName, args, env, isInterrupted}` as JSON; returns its exit code."""
    try:
        return cells[0].run(ready["json"].loads(document))
    except KeyboardInterrupt:
        # It came at the very beginning, or when all was over. What a shell shows for it.
        return 130


socket_class = ready["socket"].socket.__base__


def addresses():
    """Addresses of objects, as JSON. They stay valid: this namespace is never released."""
    return ready["json"].dumps(
        {
            "begin": id(begin),
            "openCells": id(open_cells),
            "runCell": id(run_cell),
            "explain": id(explain),
            "flushes": list(map(id, flushes)),
            "methods": list(method_addresses()),
            "initializers": [[id(socket_class), id(socket_class.__dict__["__init__"]), "socket"]],
            "errorNumbers": {
                "integer": id(int),
                "string": id(str),
                "types": list(map(id, subclasses_of_os_error())),
                "translations": {here: list(map(id, pair)) for here, pair in translations.items()},
                "texts": {number: id(text) for number, text in error_texts.items()},
            },
            "refusals": {name: list(map(id, refusal)) for name, refusal in refusals.items()},
            "main": [id(sys.modules["__main__"]), id(vars(sys.modules["__main__"]))],
        }
    )


flushes = [sys.stdout.flush, sys.stderr.flush]
gc.collect()
gc.freeze()
