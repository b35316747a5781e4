import { type Attempt, LONG, SHORT } from '../attempt.ts';

/** Limits set for the launcher, then output that it has to carry. */
const limited = (resources: string): string => `
import os, resource, sys, time
for name in ${resources}:
    for process in {1, os.getppid()}:
        try: resource.prlimit(process, getattr(resource, "RLIMIT_" + name), (0, 0))
        except OSError as error: print(name, error)
for number in range(300): print("line", number, "x" * 2000, flush=True)
time.sleep(0.3)
print("made", flush=True)
sys.exit(3)`;

/** What one uid may do to process 1. */
export const launcher: readonly Attempt[] = [
  {
    name: 'every signal to process 1 and to its parent',
    code: `
import os, sys, time
for process in {1, os.getppid()}:
    for number in range(1, 65):
        try: os.kill(process, number)
        except OSError as error: print(number, error)
time.sleep(0.3)
print("made", flush=True)
sys.exit(3)`,
    ends: ['EXITED', 'INTERRUPTED'],
    limits: LONG,
  },
  {
    name: 'SIGSTOP, SIGTERM and SIGKILL to all there are',
    code: `
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
for number in (signal.SIGSTOP, signal.SIGTERM, signal.SIGKILL):
    subprocess.Popen(["sleep", "600"])
    os.kill(-1, number)
time.sleep(0.3)
print("made", flush=True)
sys.exit(3)`,
    ends: ['EXITED', 'SIGNALLED', 'INTERRUPTED'],
    limits: LONG,
  },
  {
    name: 'no descriptor and no file size for process 1',
    code: limited('("NOFILE", "FSIZE")'),
    ends: ['EXITED'],
    tells: /made/,
    limits: LONG,
  },
  {
    name: 'no memory for process 1',
    code: limited('("AS", "DATA", "STACK", "MEMLOCK")'),
    ends: ['EXITED', 'INTERRUPTED', 'SIGNALLED', 'OUT_OF_MEMORY'],
    limits: LONG,
  },
  {
    name: 'no processor time for process 1',
    code: limited('("CPU",)'),
    ends: ['EXITED', 'INTERRUPTED', 'SIGNALLED'],
    limits: LONG,
  },
  {
    name: 'no processes, signals, locks and priority for process 1',
    code: limited('("NPROC", "SIGPENDING", "MSGQUEUE", "NICE", "RTPRIO", "RTTIME", "CORE", "RSS")'),
    ends: ['EXITED', 'INTERRUPTED', 'SIGNALLED'],
    limits: LONG,
  },
  {
    name: 'ptrace of process 1, held for ever',
    code: `
import ctypes, os, sys, time
libc = ctypes.CDLL(None, use_errno=True)
libc.prctl(0x59616D61, ctypes.c_ulong(-1))
attached = [request for request in (16, 0x4206) if libc.ptrace(request, 1, None, None) == 0]
print("made", attached, flush=True)
if not attached: sys.exit(3)
time.sleep(600)`,
    ends: ['EXITED', 'TIMED_OUT', 'SIGNALLED', 'INTERRUPTED'],
    tells: /made/,
    limits: SHORT,
  },
];
