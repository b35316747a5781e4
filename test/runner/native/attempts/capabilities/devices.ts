import type { Attempt } from '../attempt.ts';

/** Devices, terminals, and the files by which the kernel is asked and set. */
export const devices: readonly Attempt[] = [
  {
    name: 'a device beyond those that hold nothing',
    code: {
      bash: 'for file in $(find /dev -type c -o -type b); do case $file in /dev/null | /dev/zero | /dev/full | /dev/random | /dev/urandom) ;; *) echo "$file"; exit 0 ;; esac; done; exit 1',
    },
  },
  {
    name: 'memory and disks by their devices',
    code: {
      c: 'const char *all[] = {"/dev/mem", "/dev/kmsg", "/dev/port", "/dev/vda", "/dev/sda", "/dev/nvme0n1", "/dev/loop-control", "/dev/fuse", "/dev/kvm", "/dev/net/tun"}; for (int i = 0; i < 10; i++) if (open(all[i], O_RDONLY | O_NONBLOCK) >= 0) return i; return -1;',
    },
    isRoots: true,
  },
  {
    name: 'the mode of a device',
    code: {
      c: 'return chmod("/dev/null", 0666);',
      python: 'import os\nos.chmod("/dev/zero", 0o666)',
      javascript: "return fs.chmodSync('/dev/urandom', 0o666) ?? 'changed'",
      bash: 'chmod 666 /dev/full',
    },
    isRoots: true,
  },
  {
    name: 'the mode of a device that is open',
    code: { c: 'return fchmod(open("/dev/null", O_WRONLY), 0666);' },
    isRoots: true,
  },
  { name: 'the times of a device', code: { bash: 'touch -d 2020-01-01 /dev/random' }, isRoots: true },
  {
    name: 'the owner of a device',
    code: { c: 'return chown("/dev/null", getuid(), getgid());' },
    isRoots: true,
    uncontrolled: 'it would stay',
  },
  {
    name: 'a new device',
    code: {
      c: 'return mknod("mem-c", S_IFCHR | 0600, makedev(1, 1));',
      python: 'import os, stat\nos.mknod("disk-p", stat.S_IFBLK | 0o600, os.makedev(254, 0))',
      bash: 'mknod mem-b c 1 1',
    },
    isRoots: true,
  },
  {
    name: 'a terminal',
    code: {
      c: 'return posix_openpt(O_RDWR);',
      python: 'import os\nreached = os.openpty()',
      bash: ': </dev/ptmx',
    },
  },
  {
    name: 'the terminal of the server',
    code: { c: 'return open("/dev/tty", O_RDWR);' },
    uncontrolled: 'tests may have none',
  },
  {
    name: 'typing into a terminal',
    code: {
      c: 'char key = 10; for (int file = 0; file < 3; file++) if (ioctl(file, TIOCSTI, &key) == 0) return 1; return -1;',
    },
    uncontrolled: 'tests may have no terminal',
  },
  {
    name: 'anything in /sys',
    code: {
      c: 'return opendir("/sys/kernel") == NULL ? -1 : 1;',
      python: 'import os\nreached = os.listdir("/sys/kernel")',
      javascript: "return fs.readdirSync('/sys/kernel')",
      bash: 'ls /sys/kernel',
    },
  },
  {
    name: 'a control group',
    code: {
      bash: 'for place in /sys/fs/cgroup /sys/fs/cgroup/*; do [ -d "$place" ] && mkdir "$place/podline-attempt" && rmdir "$place/podline-attempt" && exit 0; done; exit 1',
    },
    isRoots: true,
  },
  {
    name: 'a setting of the kernel',
    code: {
      c: 'const char *all[] = {"/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe", "/proc/sys/vm/drop_caches", "/proc/sys/kernel/hostname"}; for (int i = 0; i < 4; i++) if (open(all[i], O_WRONLY) >= 0) return i; return -1;',
      bash: 'for file in $(find /proc/sys -type f); do : 2>/dev/null >>"$file" && echo "$file" && exit 0; done; exit 1',
    },
    isRoots: true,
  },
  {
    name: 'a file of the kernel that can be written',
    code: {
      python: `import os
for folder, _, names in os.walk("/proc"):
    if folder.count("/") == 1: _[:] = [one for one in _ if not one.isdigit() and one not in ("self", "thread-self", "sys")]
    for name in names:
        try: os.close(os.open(f"{folder}/{name}", os.O_WRONLY | os.O_NONBLOCK))
        except OSError: continue
        reached = f"{folder}/{name}"
if reached is None: raise OSError("none")`,
    },
    isRoots: true,
  },
  {
    name: 'memory of the kernel',
    code: {
      c: 'if (reads("/proc/kcore") > 0 || reads("/dev/mem") > 0 || reads("/dev/kmem") > 0 || open("/proc/kmsg", O_RDONLY | O_NONBLOCK) >= 0) return 1; return -1;',
    },
    isRoots: true,
  },
  {
    name: 'addresses of the kernel',
    code: {
      bash: "grep -qv '^0* ' /proc/kallsyms || grep -q '[1-9a-f]' <(cut -d' ' -f1 /proc/modules /dev/null; grep -v '^ *00000000-00000000' /proc/iomem)",
    },
    isRoots: true,
    uncontrolled: 'a kernel may hide them from everybody',
  },
  {
    name: 'its own maps of users',
    code: { c: 'return open("/proc/self/uid_map", O_WRONLY) < 0 ? -1 : 1;' },
    uncontrolled: 'there they can be opened, and take no second map',
  },
  {
    name: 'being spared when memory is short',
    uncontrolled: 'a container’s root may not either',
    code: {
      c: 'int file = open("/proc/self/oom_score_adj", O_WRONLY); return file < 0 ? -1 : write(file, "-1000", 5);',
      python: 'open("/proc/self/oom_score_adj", "wb", 0).write(b"-1000")',
    },
  },
  {
    name: 'a thread of the kernel that watches pressure',
    code: {
      c: 'int file = open("/proc/pressure/memory", O_RDWR | O_NONBLOCK); return file < 0 ? -1 : write(file, "some 150000 1000000", 20);',
    },
    isRoots: true,
    uncontrolled: 'not every kernel has it',
  },
];
