"""Interrupts (SIGINT) that come before the program begins: they wait for it."""

from collections import deque
from functools import partial

from .start import ctypes


def hold_interrupts():
    """An interrupt is for the program, and waits until that begins."""
    import signal

    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])


def take_interrupts():
    """Lets them in before this process becomes another program: one that waited ends it."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])


def taking_interrupts(run):
    """What lets them in and calls `run`, with no instruction of Python between the two: one that waited would be raised there."""
    interrupts = (ctypes.c_ulong * 16)(1 << 1)  # A set of SIGINT, number 2.
    let_in = partial(ctypes.CDLL(None).pthread_sigmask, 1, interrupts, None)  # SIG_UNBLOCK
    return partial(deque, map(partial.__call__, (let_in, run)), 0)
