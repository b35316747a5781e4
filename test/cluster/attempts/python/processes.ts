import { type Attempt, LONG, SHORT } from '../attempt.ts';

/** Where memory does not end it first. Launchers say 256. */
const BOUNDED = /^(made bounded\n)?$/;

const daemon = (body: string): string => `
import os, signal, sys, time
def become_daemon():
    if os.fork(): return False
    os.setsid()
    if os.fork(): os._exit(0)
    for number in range(1, 65):
        try: signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError): pass
    return True
${body}
print("made", flush=True)
sys.exit(3)`;

/** Processes and what else there is a number of; none of it is without a bound, should nothing else be. */
export const processes: readonly Attempt[] = [
  {
    name: 'a fork bomb',
    code: `
import os, sys, time
count = 0
for _ in range(2000):
    try:
        if os.fork() == 0: time.sleep(600)
    except OSError: break
    count += 1
print("made", "bounded" if count < 300 else count, flush=True)
os._exit(3)`,
    ends: ['EXITED', 'OUT_OF_MEMORY'],
    tells: BOUNDED,
    limits: LONG,
  },
  {
    name: 'a fork bomb that leaves its launcher no processor',
    code: `
import os
print("made", flush=True)
while True:
    try: os.fork()
    except OSError: pass`,
    ends: ['TIMED_OUT', 'OUT_OF_MEMORY'],
    limits: { timeoutMs: 1500, cpuMillis: 500 },
  },
  {
    name: 'a thread bomb',
    code: `
import os, threading, time
threading.stack_size(65536)
count = 0
for _ in range(2000):
    try: threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
    except RuntimeError: break
    count += 1
print("made", "bounded" if count < 300 else count, flush=True)
os._exit(3)`,
    ends: ['EXITED', 'OUT_OF_MEMORY'],
    tells: BOUNDED,
    limits: LONG,
  },
  {
    name: 'ten thousand open files',
    code: `
import os, sys
held = []
try:
    for _ in range(10_000): held.append(os.open("/program/main.py", os.O_RDONLY))
except OSError as error: print(error)
os.write(1, b"made\\n")
os._exit(3)`,
    ends: ['EXITED'],
    tells: /made/,
    limits: LONG,
  },
  {
    name: 'a daemon that goes on printing',
    code: daemon(`
if become_daemon():
    while True: os.write(1, b"daemon\\n")
time.sleep(0.2)`),
    ends: ['EXITED'],
    tells: /made/,
    limits: LONG,
  },
  {
    name: 'a daemon that keeps stdout open, and one that lets all go and spins',
    code: daemon(`
if become_daemon(): time.sleep(600)
if become_daemon():
    os.closerange(0, 256)
    while True: pass`),
    ends: ['EXITED'],
    tells: /made/,
    limits: LONG,
  },
  {
    name: 'a storm of processes, each of which goes at once and leaves another',
    code: daemon(`
if become_daemon():
    while True:
        try:
            if os.fork(): os._exit(0)
        except OSError: pass
time.sleep(0.1)`),
    ends: ['EXITED'],
    tells: /made/,
    limits: LONG,
  },
  {
    name: 'SIGSTOP to itself and to all',
    code: `
import os, signal, subprocess
subprocess.Popen(["sleep", "600"])
print("made", flush=True)
os.kill(-1, signal.SIGSTOP)
os.kill(os.getpid(), signal.SIGSTOP)`,
    ends: ['TIMED_OUT'],
    tells: /made/,
    limits: SHORT,
  },
  {
    name: 'nothing to be seen of it, and memory in a child',
    code: `
import ctypes, os, time
ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)
print("made", flush=True)
if os.fork(): time.sleep(600)
ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)
held = []
while True: held.append(bytearray(1024 * 1024))`,
    ends: ['OUT_OF_MEMORY'],
    tells: /made/,
    limits: { ...LONG, memoryMb: 64 },
  },
  {
    name: 'memory that is in no process',
    code: `
import os, time
print("made", flush=True)
held = os.memfd_create("held")
piece = b"x" * 1024 * 1024
try:
    for _ in range(200): os.write(held, piece)
    while True:
        held = os.memfd_create("held")
        for _ in range(200): os.write(held, piece)
except OSError as error:
    print(error, flush=True)
    time.sleep(600)`,
    ends: ['OUT_OF_MEMORY'],
    tells: /made/,
    limits: { ...LONG, memoryMb: 64 },
  },
];
