"""Forking the interpreter that will run the program. docs/decisions/fork-by-another-thread.md says why so."""

import _thread
import os
import struct
import sys
from collections import deque
from functools import partial

from .bounds import KIB, MIB
from .interrupts import hold_interrupts
from .program import child_steps
from .signals import undefend
from .start import VERSION, ctypes

KNOWN = ((3, 8), (3, 14))
"""The first and the last CPython whose runtime was examined; another is not touched."""


def fork_interpreter(pipes, directory, main_state, is_defended):
    """Forks, and returns the child's process number. `main_state` is what `find_main_state` found, `is_defended` whether
    `defend` was called.

    The fork is made by a thread whose stack holds nothing but C: `deque` consumes `map`, `map` calls what a generator
    yields. A fork leaves its thread as the child's main thread, so the program, which is one of the things yielded, has
    no frame beneath its own: its tracebacks, `inspect.stack()` and exits are those of `python3 main.py`.
    """
    result = []
    forked = _thread.allocate_lock()
    forked.acquire()

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
            if is_defended:
                undefend()
            yield from child_steps(pipes, directory, adopt_main_state(main_state))
        except BaseException:  # Nobody above this could report it.
            sys.excepthook(*sys.exc_info())
            os._exit(1)

    # The child begins with them held; the launcher has no use for them.
    hold_interrupts()
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

    After a fork by another thread CPython (3.12 to 3.14) mends the number and forgets the state, and what ends the
    interpreter would then use the state of a thread that is gone.
    """
    if ctypes is None or not (3, 12) <= sys.version_info[:2] <= KNOWN[1]:
        return None
    try:
        runtime = ctypes.addressof(ctypes.c_char.in_dll(ctypes.pythonapi, "_PyRuntime"))
        beginning = ctypes.string_at(runtime, 16 * KIB)
        offset = beginning.find(struct.pack("@LP", _thread.get_ident(), thread_state()))
        return None if offset < 0 else (runtime + offset, thread_state())
    except (AttributeError, ValueError):
        return None


def can_run_here(main_state):
    """Whether a fork by another thread can run a program and end as an interpreter does, as far as this build is known."""
    if ctypes is None or sys.implementation.name != "cpython":
        return False
    if not KNOWN[0] <= sys.version_info[:2] <= KNOWN[1]:
        return False
    # 3.12 has the fault only where a thread outlives the program's first one.
    return main_state is not None or sys.version_info < (3, 13)


def notice(main_state):
    """A sentence for whoever operates the server, when programs start slower than they could; None when all is well."""
    if can_run_here(main_state):
        return None
    why = "it has no ctypes" if ctypes is None else "the layout of its runtime is not known"
    return (
        "Python %s starts each program in a new process, some 20 ms later than a known one would: %s "
        "(docs/decisions/fork-by-another-thread.md)." % (VERSION, why)
    )


def thread_state():
    get = ctypes.pythonapi.PyThreadState_Get
    get.restype = ctypes.c_void_p
    return get()


def adopt_main_state(main_state):
    """Makes this thread's state the main one; returns whether the interpreter can run and end a program in this thread."""
    if not can_run_here(main_state):
        return False
    if main_state is None:
        return True
    address, old = main_state
    fields = (ctypes.c_ulong * 2).from_address(address)
    if fields[0] != _thread.get_ident() or fields[1] not in (old, thread_state()):
        return False
    fields[1] = thread_state()
    return True
