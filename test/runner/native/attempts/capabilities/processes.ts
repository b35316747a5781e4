import type { Attempt } from '../attempt.ts';

/** Other processes: seeing them, signals to them, their memory, files and variables, how they are served. */
export const processes: readonly Attempt[] = [
  {
    name: 'a signal to the server',
    code: {
      c: 'return kill(number("SERVER"), SIGURG);',
      python: 'import os, signal\nos.kill(int(env["SERVER"]), signal.SIGURG)',
      javascript: "return process.kill(Number(env.SERVER), 'SIGURG')",
      bash: 'kill -URG "$SERVER"',
    },
  },
  {
    name: 'a queued signal to the server',
    code: {
      c: 'siginfo_t info = {.si_signo = SIGURG, .si_code = SI_QUEUE}; return syscall(SYS_rt_sigqueueinfo, number("SERVER"), SIGURG, &info);',
    },
  },
  {
    name: 'signals to everybody',
    code: {
      c: 'kill(-1, SIGURG); kill(-1, SIGCONT); return -1;',
      python: 'import os, signal\nos.kill(-1, signal.SIGURG)\nraise OSError("only itself")',
      bash: 'kill -URG -1; exit 1',
    },
    uncontrolled: 'everybody',
  },
  {
    name: 'signals to its own group and session',
    code: { c: 'kill(0, SIGURG); kill(-getsid(0), SIGURG); return -1;' },
    uncontrolled: 'the group is the tests’',
  },
  {
    name: 'a signal by its own file descriptor',
    code: {
      c: 'int ends[2]; if (pipe(ends) != 0) return -1; fcntl(ends[0], F_SETSIG, SIGURG); if (fcntl(ends[0], F_SETOWN, number("SERVER")) != 0) return -1; fcntl(ends[0], F_SETFL, O_ASYNC); return write(ends[1], "x", 1);',
    },
  },
  {
    name: 'a descriptor of the server',
    code: {
      c: 'return syscall(SYS_pidfd_open, number("SERVER"), 0);',
      python: 'import os\nreached = os.pidfd_open(int(env["SERVER"]))',
    },
  },
  {
    name: 'what another process has open, by number',
    code: {
      c: 'int process = syscall(SYS_pidfd_open, number("BYSTANDER"), 0); return process < 0 ? -1 : syscall(SYS_pidfd_getfd, process, 0, 0);',
    },
  },
  {
    name: 'what its own parent has open, by number',
    code: {
      c: 'int process = syscall(SYS_pidfd_open, getppid(), 0); return process < 0 ? -1 : syscall(SYS_pidfd_getfd, process, 1, 0);',
    },
  },
  {
    name: 'the variables of the server',
    code: {
      c: 'return reads(of(text("SERVER"), "environ"));',
      python: 'reached = open("/proc/" + env["SERVER"] + "/environ").read()',
      javascript: "return fs.readFileSync('/proc/' + env.SERVER + '/environ', 'utf8')",
      bash: 'cat "/proc/$SERVER/environ"',
    },
  },
  {
    name: 'the secret in variables of any process',
    code: {
      python: `import glob
for file in glob.glob("/proc/[0-9]*/environ"):
    try: text = open(file).read()
    except OSError: continue
    if "P" + env["SECRET_NAME"] + "=" in text: reached = text
if reached is None: raise OSError("none")`,
      bash: 'grep -aq "P$SECRET_NAME=" /proc/[0-9]*/environ 2>/dev/null',
    },
  },
  {
    name: 'the server among the processes',
    code: {
      javascript: "return fs.readdirSync('/proc/' + env.SERVER)",
      bash: 'cat "/proc/$SERVER/cmdline" && cat "/proc/$SERVER/status"',
    },
  },
  {
    name: 'what the server has open',
    code: {
      c: 'return opendir(of(text("SERVER"), "fd")) == NULL ? -1 : 1;',
      python: 'import os\nreached = os.listdir("/proc/" + env["SERVER"] + "/fd")',
      javascript: "return fs.readdirSync('/proc/' + env.SERVER + '/fd')",
      bash: 'ls -l "/proc/$SERVER/fd"',
    },
  },
  {
    name: 'the memory of another process',
    code: {
      c: 'return open(of(text("BYSTANDER"), "mem"), O_RDWR);',
      python: 'reached = open("/proc/" + env["BYSTANDER"] + "/mem", "r+b", 0)',
    },
  },
  {
    name: 'memory of its own parent',
    code: {
      c: 'char path[64]; snprintf(path, sizeof path, "/proc/%d/mem", getppid()); return open(path, O_RDWR);',
    },
  },
  {
    name: 'memory of its own parent, by a call',
    code: {
      c: 'char bytes[8]; struct iovec here = {bytes, 8}, there = {(void *)attempt0, 8}; return process_vm_readv(getppid(), &here, 1, &there, 1, 0);',
      python: `import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
mine = ctypes.create_string_buffer(8)
class Part(ctypes.Structure): _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]
part = Part(ctypes.addressof(mine), 8)
if libc.process_vm_readv(os.getppid(), ctypes.byref(part), 1, ctypes.byref(part), 1, 0) < 0:
    raise OSError(ctypes.get_errno(), "refused")`,
    },
  },
  {
    name: 'memory of process 1',
    uncontrolled: 'that of the machine is left alone',
    code: { c: 'return open("/proc/1/mem", O_RDWR);', bash: ': >>/proc/1/mem' },
  },
  { name: 'being traced', code: { c: 'return ptrace(PTRACE_TRACEME, 0, 0, 0);' } },
  {
    name: 'tracing another process',
    code: {
      c: 'pid_t other = number("BYSTANDER"); long result = ptrace(PTRACE_ATTACH, other, 0, 0); if (result < 0) return -1; waitpid(other, 0, __WALL); ptrace(PTRACE_DETACH, other, 0, 0); return 1;',
    },
    isRoots: true,
  },
  {
    name: 'comparing itself with the server',
    code: { c: 'return syscall(SYS_kcmp, getpid(), number("SERVER"), 0, 0, 0);' },
  },
  {
    name: 'comparing itself with its parent',
    code: { c: 'return syscall(SYS_kcmp, getpid(), getppid(), 0, 0, 0);' },
  },
  {
    name: 'advice about another’s memory',
    code: {
      c: 'int process = syscall(SYS_pidfd_open, getppid(), 0); struct iovec there = {(void *)((uintptr_t)attempt0 & ~4095ul), 4096}; return process < 0 ? -1 : syscall(440, process, &there, 1, 20, 0);',
    },
    isRoots: true,
    uncontrolled: 'what may be advised depends on the kernel',
  },
  {
    name: 'limits of the server',
    code: {
      c: 'struct rlimit limit; return prlimit(number("SERVER"), RLIMIT_NOFILE, NULL, &limit);',
      python: 'import resource\nreached = resource.prlimit(int(env["SERVER"]), resource.RLIMIT_NOFILE)',
      bash: 'prlimit --pid "$SERVER" --nofile',
    },
  },
  {
    name: 'how the server is served',
    code: {
      c: 'errno = 0; int value = getpriority(PRIO_PROCESS, number("SERVER")); return errno ? -1 : setpriority(PRIO_PROCESS, number("SERVER"), value);',
      python: 'import os\nreached = os.sched_getaffinity(int(env["SERVER"]))',
      javascript: "return require('node:os').getPriority(Number(env.SERVER))",
      bash: 'ionice -p "$SERVER" | grep -v prio',
    },
    uncontrolled: 'what it prints depends on the kernel',
  },
  {
    name: 'how all processes of its user are served',
    code: { c: 'setpriority(PRIO_USER, 0, 19); return -1;' },
    uncontrolled: 'it would stay; the server’s priority is looked at from outside',
  },
  {
    name: 'coming before the server',
    code: {
      c: 'struct sched_param most = {.sched_priority = 1}; return sched_setscheduler(0, SCHED_RR, &most);',
      python: 'import os\nos.setpriority(os.PRIO_PROCESS, 0, -20)',
      bash: 'renice -n -20 $$',
    },
    isRoots: true,
  },
  {
    name: 'a core dump',
    code: {
      c: 'struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY}; return setrlimit(RLIMIT_CORE, &limit);',
      python: 'import resource\nresource.setrlimit(resource.RLIMIT_CORE, (-1, -1))',
      bash: 'ulimit -c unlimited',
    },
    isRoots: true,
  },
  {
    name: 'more open files than it may have',
    uncontrolled: 'a container’s root may not either',
    code: {
      c: 'struct rlimit limit = {1 << 20, 1 << 20}; return setrlimit(RLIMIT_NOFILE, &limit);',
      bash: 'ulimit -n 1000000',
    },
  },
  {
    name: 'what whoever started it has left open',
    code: {
      c: 'for (int file = 3; file < 1024; file++) { char byte; if (pread(file, &byte, 1, 0) > 0) return file; } return -1;',
      python: `import os
for file in range(3, 1024):
    try: reached = os.pread(file, 99, 0) or reached
    except OSError: pass
if reached is None: raise OSError("none")`,
      bash: 'cat <&9',
    },
  },
];
