"""Process 1 of a pod that runs one Python program. ../../PROTOCOL.md says what it receives and prints.

    python3 -E -s launcher.py [IDLE_MS [LINGER_MS [DIRECTORY]]]

It forks its interpreter before it has received anything. The child imports what programs commonly use and waits, so that a
program's first line comes within milliseconds; the parent talks to the server and is all that stays when the program has
ended. The program is hostile: it has the same uid, so the parent believes nothing that it says and shows it nothing.

Standard library only, Python 3.8 to 3.14.
"""

# The parts are joined into one file, in the order of ../source.ts; imports of one part by another are left out then.

import sys

# The directory of this file is searched first, and the program's own is to be.
del sys.path[0]
PLAIN_MODULES = frozenset(sys.modules).difference(["pwd"])
"""What every `python3 main.py` has imported when its first line runs; `pwd` only where there is no HOME, which programs have."""

import os  # noqa: E402

try:
    import ctypes
except ImportError:  # Some images lack libffi: programs then start as they would from a shell, in 20 ms rather than 1.
    ctypes = None

PROTOCOL = 1
VERSION = sys.version.split()[0]
IS_PROCESS_1 = os.getpid() == 1


def give_up(reason):
    """Says why on stderr; nothing of a payload may stand there."""
    os.write(2, (reason + "\n").encode())
    os._exit(1)
