"""How a waiting interpreter becomes one that runs a program, as if it had been started for that."""

import os
import sys
import time

from _functools import partial

from .preloaded import RECORD
from .start import PLAIN_MODULES, ctypes

COMMON_MODULES = """
json random datetime math cmath itertools collections.abc operator string heapq bisect copy array types numbers
dataclasses typing contextlib enum pathlib threading traceback warnings inspect decimal fractions statistics
base64 hashlib secrets uuid csv textwrap pprint pickle glob tempfile shutil platform argparse logging queue
signal socket select selectors subprocess urllib.parse zlib resource calendar locale
concurrent.futures.thread ssl asyncio
""".split()
"""Imported while there is no payload yet, in this order."""

RESTART_VARIABLES = ("PYTHON", "LC_", "LANG", "LD_", "GLIBC_", "MALLOC_")
"""Variables whose names begin so are read when a process starts: with one of them the program gets a fresh one."""


def import_common(payload, more=()):
    """Imports the usual modules, and `more`, until there is nothing left or a payload comes: that is not to wait for imports
    it may not need. None: no payload comes."""
    import select

    with RECORD:
        for name in [*COMMON_MODULES, *more]:
            if payload is not None and select.select([payload], [], [], 0)[0]:
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


def wants_fresh_process(payload, found=()):
    """Whether only a process that starts anew would behave as `python3 main.py`. `found`: what its directory has already."""
    for variable in payload["env"]:
        name = variable["name"]  # Of those that this process has, it ignores Python's alone.
        is_read = os.environ.get(name) == variable["value"] and not name.startswith("PYTHON")
        if name.startswith(RESTART_VARIABLES) and not is_read:
            return True
    # A file of the program's own comes before a module of the library of the same name, unless that is already there.
    imported_here = {name.partition(".")[0] for name in sys.modules}
    imported_here.difference_update(PLAIN_MODULES, sys.builtin_module_names)
    names = [payload["fileName"], *(file["path"] for file in payload["files"]), *found]
    return any(name.partition("/")[0].partition(".")[0] in imported_here for name in names)


def set_stage(arguments, directory, environment, main):
    sys.argv[:] = arguments
    if hasattr(sys, "orig_argv"):
        sys.orig_argv[:] = [sys.executable, *arguments]
    sys.path.insert(0, directory)
    inherited = initial_environment()
    os.environ.clear()
    os.environ.update(environment)
    sys.pycache_prefix = environment.get("PYTHONPYCACHEPREFIX")
    sys.dont_write_bytecode = bool(environment.get("PYTHONDONTWRITEBYTECODE"))
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


def threading_end(threading):
    return partial(threading._shutdown)
