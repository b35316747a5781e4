"""Keeping the program's signals from doing harm."""

import os
import struct

from .start import IS_PROCESS_1, ctypes


def defend(signal):
    """Ignores every signal that may be ignored, blocks SIGTERM, and closes this process to others of its user.

    Returns what is readable when a child has ended."""
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
    # Waited for rather than handled: so its sender is known.
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
    if ctypes is not None:
        ignore_reserved_signals()
        try:
            # PR_SET_DUMPABLE: closes /proc/1/fd, mem and environ to the program.
            ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)
        except AttributeError:
            pass
    return woken


def undefend():
    """In a child forked after `defend`: signals as a process that has just started has them."""
    import signal

    signal.set_wakeup_fd(-1)
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_DFL)
        except (OSError, ValueError):
            pass
    for number in (signal.SIGPIPE, signal.SIGXFSZ):  # What every Python ignores.
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
    if ctypes is not None:
        ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)


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


def is_terminated(signal):
    """Whether a SIGTERM has come that counts: in a pod one from outside, whose sender has no number here."""
    while True:
        try:
            found = signal.sigtimedwait([signal.SIGTERM], 0)
        except OSError:
            return False
        if found is None:
            return False
        if not IS_PROCESS_1 or found.si_pid == 0:
            return True


def name_of_signal(signal, number):
    try:
        return signal.Signals(number).name
    except ValueError:
        return "SIG%d" % number
