import type { Attempt } from '../attempt.ts';

/** Becoming somebody else, and rights that no process of the sandbox has. */
export const rights: readonly Attempt[] = [
  {
    name: 'another user',
    code: {
      c: 'return setuid(getuid() + 1);',
      python: 'import os\nos.setuid(os.getuid() + 1)',
    },
    isRoots: true,
  },
  {
    name: 'root',
    code: {
      c: 'return setresuid(0, 0, 0);',
      python: 'import os\nos.setresuid(0, 0, 0)',
      javascript: 'return process.seteuid(0) ?? "set"',
      bash: 'setpriv --reuid 0 --clear-groups true',
    },
    isRoots: true,
  },
  {
    name: 'other groups',
    code: { c: 'gid_t group = 0; return setgroups(1, &group);', python: 'import os\nos.setgroups([0])' },
    isRoots: true,
  },
  {
    name: 'a capability',
    code: {
      c: `struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
struct __user_cap_data_struct has[2] = {{0}};
if (syscall(SYS_capget, &head, has) != 0) return -1;
return has[0].effective | has[0].permitted | has[0].inheritable | has[1].permitted ? 1 : -1;`,
      bash: "grep -E '^Cap(Inh|Prm|Eff|Bnd|Amb):' /proc/self/status | grep -v '0000000000000000'",
    },
    isRoots: true,
  },
  {
    name: 'asking for all capabilities',
    code: {
      c: `struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
struct __user_cap_data_struct all[2] = {{1, 1, 0}, {0, 0, 0}};
return syscall(SYS_capset, &head, all);`,
    },
    isRoots: true,
  },
  {
    name: 'new privileges by a program',
    code: {
      c: 'return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0 ? 1 : -1;',
      bash: "grep -E '^NoNewPrivs:' /proc/self/status | grep 0",
    },
  },
  {
    name: 'a setuid program of the machine',
    code: { bash: 'su -c true || umount /dev 2>&1 | grep -q busy || mount -t tmpfs none . && umount .' },
    isRoots: true,
    uncontrolled: 'it depends on what is installed',
  },
  {
    name: 'being without a filter',
    code: { bash: "grep -E '^Seccomp:' /proc/self/status | grep 0" },
  },
  {
    name: 'process 1 without a filter',
    code: { bash: "grep -E '^Seccomp:' /proc/1/status | grep 0" },
  },
];
