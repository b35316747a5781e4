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

    One that waits already ends the process here: `run` would raise it as well, before it has read the program.
    """
    if _signal.SIGINT in _signal.sigpending():
        take_interrupts()
    interrupts = (ctypes.c_ulong * 16)(1 << 1)  # A set of SIGINT, number 2.
    let_in = partial(ctypes.CDLL(None).pthread_sigmask, 1, interrupts, None)  # SIG_UNBLOCK
    return partial(deque, map(partial.__call__, (let_in, run)), 0)
