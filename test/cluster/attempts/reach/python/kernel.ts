import type { Reach } from '../reach.ts';

const NO_RIGHT = 'an ordinary container lacks the right as well';

/** The kernel and the node. Whatever would take effect there is a thing that does no harm. */
export const kernel: readonly Reach[] = [
  {
    name: 'becomes root',
    code: `
import os
os.setuid(0)
reached = os.getuid()`,
    refusal: /PermissionError/,
  },
  {
    name: 'programs that make whoever runs them root',
    code: `
import glob, os, stat, subprocess
for path in glob.glob("/bin/*") + glob.glob("/usr/bin/*"):
    if os.stat(path).st_mode & stat.S_ISUID: break
else: raise LookupError("none is there")
status = open("/proc/self/status").read()
if "NoNewPrivs:\\t1" in status: raise LookupError("no new privileges")
found = subprocess.run([path, "--version"], capture_output=True, stdin=subprocess.DEVNULL)
if os.getuid() != 0: raise LookupError("not root")
reached = path`,
    refusal: /none is there|no new privileges|not root/,
  },
  {
    name: 'any capability',
    code: `
import re
reached = re.findall("Cap(?:Prm|Eff|Inh|Amb|Bnd):\\\\s0*[1-9a-f]\\\\w*", open("/proc/self/status").read())
if not reached: raise LookupError("no capability")`,
    refusal: /no capability/,
  },
  {
    name: 'mount',
    code: `reached = system_call("mount", b"none", b"/tmp", b"tmpfs", 0, None)`,
    refusal: /not permitted|denied/,
    uncontrolled: NO_RIGHT,
  },
  {
    name: 'chroot',
    code: `
import os
os.chroot("/")
reached = True`,
    refusal: /PermissionError/,
  },
  {
    name: 'its own mounts',
    code: `reached = system_call("unshare", 0x00020000)`,
    refusal: /not permitted|denied/,
    uncontrolled: NO_RIGHT,
  },
  {
    name: 'the root file system',
    code: `
for path in ("/mine", "/podline/mine", "/podline/launcher.py", "/usr/bin/podline", "/etc/podline", "/root/podline", "/var/tmp/podline"):
    try: reached = open(path, "w").name
    except OSError as error: problem = error
if reached is None: raise problem`,
    refusal: /Read-only file system|Permission denied/,
  },
  {
    name: 'kernel settings',
    code: `
for path in ("/proc/sys/kernel/core_pattern", "/proc/sys/kernel/hostname", "/proc/sys/vm/overcommit_memory", "/sys/kernel/uevent_helper"):
    try: reached = open(path, "r+").name
    except OSError as error: problem = error
if reached is None: raise problem`,
    refusal: /Read-only file system|PermissionError|FileNotFoundError/,
    uncontrolled: NO_RIGHT,
  },
  {
    name: 'the keys that reach the kernel',
    code: `reached = open("/proc/sysrq-trigger", "w")`,
    refusal: /Read-only file system|PermissionError|FileNotFoundError/,
    uncontrolled: NO_RIGHT,
  },
  {
    name: 'devices of the node',
    code: `
import os, stat
os.mknod("/tmp/device", stat.S_IFBLK | 0o600, os.makedev(254, 0))
reached = open("/tmp/device", "rb").read(1)`,
    refusal: /PermissionError/,
    uncontrolled: 'an ordinary container may make one, and may not open it',
  },
  {
    name: 'memory and log of the kernel',
    code: `
for path in ("/dev/mem", "/dev/kmsg", "/proc/kcore", "/proc/kmsg"):
    try: reached = open(path, "rb").read(1) or None
    except OSError as error: problem = error
if reached is None: raise problem`,
    refusal: /FileNotFoundError|PermissionError|not permitted/,
    uncontrolled: NO_RIGHT,
  },
  {
    name: 'programs in the kernel (bpf), its counters and its keys',
    code: `
import ctypes, platform
numbers = {"x86_64": (321, 298, 248), "aarch64": (280, 241, 217)}[platform.machine()]
said = []
libc = ctypes.CDLL(None, use_errno=True)
room = ctypes.create_string_buffer(128)
for number, arguments in zip(numbers, ((0, room, 72), (room, 0, -1, -1, 0), (b"user", b"podline", b"x", 1, -3))):
    if libc.syscall(number, *arguments) >= 0: reached = number
    else: said.append(ctypes.get_errno())
if reached is None: raise LookupError(f"refused with {said}")`,
    // Not permitted, denied; no such thing here, no such call, not supported.
    refusal: /refused with \[((1|13|19|38|95)(, |\])){3}$/,
    uncontrolled: NO_RIGHT,
  },
  {
    name: 'packets of its own making',
    code: `
import socket
reached = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP).fileno()`,
    refusal: /PermissionError/,
  },
  {
    name: 'packets of the wire',
    code: `
import socket
reached = socket.socket(17, socket.SOCK_RAW, 768).fileno()`,
    refusal: /PermissionError|not permitted/,
  },
  {
    name: 'control groups',
    code: `
import glob, os
paths = ["/sys/fs/cgroup", *glob.glob("/sys/fs/cgroup/*")]
said = set()
for path in paths:
    for name in ("release_agent", "cgroup.procs", "memory.max", "memory.limit_in_bytes", "pids.max"):
        try: reached = open(os.path.join(path, name), "r+").name
        except OSError as error: said.add(type(error).__name__ if error.errno != 30 else "read-only")
    try: os.mkdir(os.path.join(path, "podline")); reached = path
    except OSError as error: said.add(type(error).__name__ if error.errno != 30 else "read-only")
if reached is None: raise LookupError(str(said))`,
    refusal: /read-only|PermissionError/,
    uncontrolled: NO_RIGHT,
  },
];
