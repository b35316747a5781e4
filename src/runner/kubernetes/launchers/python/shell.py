"""Programs of other languages: a shell reads a script that the server wrote, which compiles and becomes the program."""

import os

from .bounds import MIB, MILLISECOND
from .memory import read_small

SHELL = "/bin/sh"
REPORT = 3
"""Where the script tells how compiling has ended."""
REPLY = 5
"""Where it reads that the program may start."""
COMPILED = b"compiled "


def become_shell(pipes, payload, environment):
    """In the child: executes the script; the file that it is read from has no name any more then."""
    path = "/tmp/.podline-%d" % os.getpid()
    with open(path, "w", encoding="utf-8", errors="surrogatepass") as file:
        file.write("rm -f %s\n%s" % (path, payload["script"]))
    if "compile" in payload:
        import fcntl

        # First out of the way of each other.
        report, reply = (fcntl.fcntl(one, fcntl.F_DUPFD_CLOEXEC, 20) for one in (pipes.begun, pipes.payload_read))
        os.dup2(report, REPORT)
        os.dup2(reply, REPLY)
    os.execve(SHELL, [SHELL, "-c", '. "$0"', path], environment)


class CompileStep:
    """What comes before a program that is compiled, with bounds of its own. It runs until its exit code is known or it is ended."""

    PROBLEMS = {"timeout": "time", "memory": "memory", "output": "output"}

    def __init__(self, limits, now):
        self.memory = limits["memoryMb"] * MIB
        self.output = limits["outputBytes"]
        self.began = now
        self.printed = 0
        self.deadline = now + limits["timeoutMs"] / MILLISECOND
        self.code = None
        self.problem = None
        """What it was ended for: `time`, `memory`, `output`."""
        self.seconds = None

    @property
    def runs(self):
        return self.seconds is None

    def end(self, now, cause):
        """Ends it for what would end a program; returns the cause that this is to the execution."""
        self.seconds = now - self.began
        if cause not in self.PROBLEMS:
            return cause
        self.problem = self.PROBLEMS[cause]
        return "compile"

    def prints_too_much(self, count):
        self.printed += count
        return self.printed > self.output

    def receive(self, data, now):
        """The script's report; what is none ends it without a code."""
        if not self.runs:
            return
        self.seconds = now - self.began
        if data.startswith(COMPILED) and data[len(COMPILED) :].strip().isdigit():
            self.code = int(data[len(COMPILED) :])

    def fields(self, now):
        seconds = now - self.began if self.seconds is None else self.seconds
        return {"exitCode": self.code, "durationMs": round(seconds * MILLISECOND), "problem": self.problem}


def used_processor(process):
    """Seconds that a process and those it waited for have used; 0 when that is not known."""
    try:
        fields = read_small("/proc/%d/stat" % process).rpartition(b")")[2].split()
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        return 0.0

