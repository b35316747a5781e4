import { type Attempt, LONG } from '../attempt.ts';

/** Files. */
export const disk: readonly Attempt[] = [
  {
    // One that goes on gets evicted once the kubelet has looked, which may take a minute: ../../service/ends has that.
    name: 'fills its directories and the termination log',
    code: `
import os, signal, sys, time
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
piece = os.urandom(1024 * 1024)
written = 0
for name in ("/dev/termination-log", "/program/a", "/tmp/a", "/dev/shm/a", "/program/b"):
    try:
        with open(name, "wb", buffering=0) as file:
            for _ in range(256): written += file.write(piece)
    except OSError as error: print(name, error, flush=True)
print("made", flush=True)
time.sleep(600)`,
    ends: ['EVICTED', 'TIMED_OUT', 'OUT_OF_MEMORY'],
    limits: { timeoutMs: 8000 },
  },
  {
    name: 'removes its own file, its directory and all it may',
    code: `
import os, shutil, sys
os.rename("/program/main.py", "/program/other.py")
os.mkdir("/program/main.py")
for place in ("/program", "/tmp", "/dev", "/proc", "/sys/fs/cgroup"): shutil.rmtree(place, ignore_errors=True)
for place in ("/program", "/tmp"):
    try: os.chmod(place, 0)
    except OSError as error: print(error)
print("made", flush=True)
sys.exit(3)`,
    ends: ['EXITED'],
    tells: /made/,
    limits: LONG,
  },
];
