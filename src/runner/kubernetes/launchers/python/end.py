"""What is reported of a program that has ended."""

import os

from .bounds import KIB, MIB, MILLISECOND
from .signals import name_of_signal


def end_fields(run):
    """Of the `end` frame."""
    import signal

    code = signal_name = None
    cause = "output" if run.cause is None and run.chunker.truncated else run.cause
    if cause is None and os.WIFEXITED(run.exit):
        cause, code = "exit", os.WEXITSTATUS(run.exit)
    elif cause is None:
        number = os.WTERMSIG(run.exit)
        if number == signal.SIGKILL and run.memory.was_killed():
            cause = "memory"
        else:
            cause, signal_name = "signal", name_of_signal(signal, number)
    return {
        "last": run.outlet.last,
        "cause": cause,
        "exitCode": code,
        "signal": signal_name,
        "wallMs": round((run.exited_at - run.started) * MILLISECOND),
        "cpuMs": round(max(0.0, run.processor_time()) * MILLISECOND),
        "maxMemoryMb": peak_memory(run),
        "truncated": run.chunker.truncated,
        **run.files.fields(),
        **({} if run.compile is None else {"compile": run.compile.fields(run.exited_at)}),
    }


def peak_memory(run):
    """MiB: the most that was seen, or the kernel's own figure of the greatest process when that is more."""
    found = [] if run.memory.peak is None else [run.memory.peak]
    if run.memory_before and run.usage.ru_maxrss:
        found.append(max(0, run.usage.ru_maxrss - run.memory_before) * KIB)
    return round(max(found) / MIB, 1) if found else None
