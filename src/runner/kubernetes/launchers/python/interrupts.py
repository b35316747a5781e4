"""Interrupts (SIGINT) that come before the program begins: they wait for it."""

# What is part of the interpreter itself: the modules around these would have to be imported before each program.
import _signal
from _collections import deque
from _functools import partial

from .start import ctypes


def hold_interrupts():
    """An interrupt is for the program, and waits until that begins."""
    _signal.pthread_sigmask(_signal.SIG_BLOCK, [_signal.SIGINT])


def take_interrupts():
    """Lets them in before this process becomes another program: one that waited ends it."""
    _signal.signal(_signal.SIGINT, _signal.SIG_DFL)
    _signal.pthread_sigmask(_signal.SIG_UNBLOCK, [_signal.SIGINT])


def taking_interrupts(run):
    """What lets them in and calls `run`, with no instruction of Python between the two: one that waited would be raised there.

    One that waits when they are let in ends the process: `run` would raise it before it has read the program. The handler of
    Python, which is put aside for that, is put back as it was, since `signal` of C would have calls restarted that it breaks off.
    """
    library = ctypes.CDLL(None)
    handler = (ctypes.c_ulong * 32)()  # A `struct sigaction`, which takes less.
    library.sigaction(_signal.SIGINT, None, handler)
    library.signal(_signal.SIGINT, None)  # SIG_DFL
    interrupts = (ctypes.c_ulong * 16)(1 << 1)  # A set of SIGINT, number 2.
    let_in = partial(library.pthread_sigmask, 1, interrupts, None)  # SIG_UNBLOCK
    put_back = partial(library.sigaction, _signal.SIGINT, handler, None)
    return partial(deque, map(partial.__call__, (let_in, put_back, run)), 0)
