import type { Attempt } from '../attempt.ts';

/** An attempt that is one expression of C. */
const call = (name: string, expression: string, more: Partial<Attempt> = {}): Attempt => ({
  name,
  code: { c: expression.startsWith('{') ? expression : `return ${expression};` },
  ...more,
});
const ROOT = { isRoots: true };
/** What depends on how a kernel was built and set. */
const KERNEL = { uncontrolled: 'not every kernel has it, or has it on' };

/** Calls that mount, leave namespaces, load into the kernel, or reach objects of the kernel that outlive a process. */
export const kernel: readonly Attempt[] = [
  ...[
    ['user', '0x10000000'],
    ['mount', '0x00020000'],
    ['process', '0x20000000'],
    ['network', '0x40000000'],
    ['IPC', '0x08000000'],
    ['host name', '0x04000000'],
    ['control group', '0x02000000'],
    ['time', '0x00000080'],
  ].map(([kind, flag]) => call(`another ${kind} namespace`, `syscall(SYS_unshare, ${flag})`, ROOT)),
  call('another user namespace with mounts', 'syscall(SYS_unshare, 0x10020000)', ROOT),
  call(
    'a child in another user namespace',
    '{ long child = syscall(SYS_clone, 0x10000000 | SIGCHLD, 0, 0, 0, 0); if (child == 0) _exit(0); return child; }',
    ROOT,
  ),
  call(
    'a child in another user namespace, by the newer call',
    '{ uint64_t what[11] = {0x10000000, 0, 0, 0, SIGCHLD}; long child = syscall(435, what, 64); if (child == 0) _exit(0); return child; }',
    ROOT,
  ),
  call(
    'the namespace of process 1',
    '{ int file = open("/proc/1/ns/mnt", O_RDONLY); return file < 0 ? -1 : syscall(SYS_setns, file, 0); }',
    { uncontrolled: 'that of the machine is left alone' },
  ),
  call(
    'the namespaces of the server',
    '{ int process = syscall(SYS_pidfd_open, number("SERVER"), 0); return process < 0 ? -1 : syscall(SYS_setns, process, 0x00020000); }',
    ROOT,
  ),
  { ...call('mount', 'mount("none", ".", "tmpfs", 0, "") == 0 ? umount2(".", 2) : -1', ROOT) },
  call('mount again, to be written', 'mount(NULL, "/usr", NULL, 0x1020, NULL)', {
    uncontrolled: 'it would stay',
  }),
  call('unmount', 'umount2("/proc", 2)', { uncontrolled: 'it would stay' }),
  call('pivot_root', 'syscall(SYS_pivot_root, ".", ".")', { uncontrolled: 'the root of the machine' }),
  call('open_tree', 'syscall(428, AT_FDCWD, "/", 0)'),
  call('open_tree, detached', 'syscall(428, AT_FDCWD, "/", 1)', ROOT),
  call('move_mount', 'syscall(429, AT_FDCWD, "/proc", AT_FDCWD, "/tmp", 0)', {
    uncontrolled: 'it would stay',
  }),
  call('fsopen', 'syscall(430, "tmpfs", 0)', ROOT),
  call('fspick', 'syscall(433, AT_FDCWD, "/", 0)', ROOT),
  call(
    'mount_setattr',
    '{ uint64_t what[4] = {0}; return syscall(442, AT_FDCWD, "/", 0, what, sizeof what); }',
    ROOT,
  ),
  call(
    'statmount',
    '{ uint64_t what[3] = {24, 1, 1}; char bytes[512]; return syscall(457, what, bytes, 512, 0); }',
    KERNEL,
  ),
  call(
    'listmount',
    '{ uint64_t what[3] = {24, ~0ul, 0}, list[9]; return syscall(458, what, list, 9, 0); }',
    KERNEL,
  ),
  call(
    'host name',
    '{ char name[99]; gethostname(name, 99); return sethostname(name, strlen(name)); }',
    ROOT,
  ),
  call('keyring', 'syscall(SYS_keyctl, 0, -3, 1)', KERNEL),
  call(
    'a key',
    '{ long key = syscall(SYS_add_key, "user", "podline-attempt", "x", 1, -2); return key < 0 ? -1 : syscall(SYS_keyctl, 3, key); }',
    KERNEL,
  ),
  call(
    'asking for a key',
    'syscall(SYS_request_key, "user", "podline-attempt", 0, 0) >= 0 || errno == 126 ? 1 : -1',
    KERNEL,
  ),
  call('bpf', '{ int map[18] = {2, 4, 4, 1}; return syscall(SYS_bpf, 0, map, sizeof map); }', {
    ...ROOT,
    ...KERNEL,
  }),
  call(
    'perf',
    '{ unsigned event[32] = {1, 112}; return syscall(SYS_perf_event_open, event, 0, -1, -1, 0); }',
    { ...ROOT, ...KERNEL },
  ),
  call('io_uring', '{ char ring[256] = {0}; return syscall(425, 1, ring); }', KERNEL),
  call('userfaultfd', 'syscall(SYS_userfaultfd, 1)', KERNEL),
  call('fanotify', 'syscall(SYS_fanotify_init, 0, 0)', ROOT),
  call('watching files', 'syscall(SYS_inotify_init1, 0)'),
  call('memory that no process owns', 'syscall(SYS_memfd_create, "x", 0)'),
  call('secret memory', 'syscall(447, 0)', KERNEL),
  call(
    'shared memory',
    '{ int id = syscall(SYS_shmget, 0x706f646c, 4096, IPC_CREAT | 0600); return id < 0 ? -1 : syscall(SYS_shmctl, id, 0, 0); }',
  ),
  call(
    'semaphores',
    '{ int id = syscall(SYS_semget, 0, 1, 0600); return id < 0 ? -1 : syscall(SYS_semctl, id, 0, 0, 0); }',
  ),
  call(
    'a queue',
    '{ int id = syscall(SYS_msgget, 0, 0600); return id < 0 ? -1 : syscall(SYS_msgctl, id, 0, 0); }',
  ),
  call(
    'a queue by its name',
    '{ int id = syscall(SYS_mq_open, "podline-attempt", O_CREAT | O_RDWR, 0600, 0); return id < 0 ? -1 : syscall(SYS_mq_unlink, "podline-attempt"); }',
    KERNEL,
  ),
  call('the log of the kernel', '{ char text[99]; return syscall(SYS_syslog, 3, text, sizeof text); }', ROOT),
  call('clocks', '{ char state[208] = {0}; return syscall(SYS_adjtimex, state); }'),
  call('time of day', '{ struct timeval now; gettimeofday(&now, 0); return settimeofday(&now, 0); }', {
    uncontrolled: 'it would stay',
  }),
  call('accounting', 'syscall(SYS_acct, 0)', { ...ROOT, ...KERNEL }),
  call('swap', 'syscall(SYS_swapon, "/none", 0) == 0 || errno == ENOENT ? 1 : -1', { ...ROOT, ...KERNEL }),
  call('quotas', 'syscall(SYS_quotactl, 0x80000100, "", 0, 0) == 0 || errno != EPERM ? 1 : -1', KERNEL),
  call('a module', 'syscall(SYS_init_module, "", 0, "") == 0 || errno != EPERM ? 1 : -1', {
    ...ROOT,
    ...KERNEL,
  }),
  call('unloading a module', 'syscall(SYS_delete_module, "podline", 0) == 0 || errno == ENOENT ? 1 : -1', {
    ...ROOT,
    ...KERNEL,
  }),
  call('another kernel', 'syscall(SYS_kexec_load, 0, 0, 0, 0) == 0 || errno != EPERM ? 1 : -1', {
    uncontrolled: 'it would unload one',
  }),
  call('the end of the machine', 'reboot(0)', {
    uncontrolled: 'it is about the machine, if only about its keyboard',
  }),
  call(
    'the ports of the machine',
    'syscall(SYS_iopl, 3) == 0 || syscall(SYS_ioperm, 128, 1, 1) == 0 ? 1 : -1',
    { ...ROOT, ...KERNEL },
  ),
  call(
    'segments of its own',
    '{ char table[16]; return syscall(SYS_modify_ldt, 0, table, sizeof table); }',
    KERNEL,
  ),
  call('another personality', 'syscall(SYS_personality, 0x0040000)'),
  call(
    'calls of the x32 ABI',
    '{ long result = syscall(0x40000000 | 39); return result > 0 || errno == ENOSYS ? 1 : -1; }',
  ),
  call(
    'calls of i386',
    '{ long result; __asm__ volatile("int $0x80" : "=a"(result) : "a"(20) : "memory", "r8", "r9", "r10", "r11"); return result > 0 ? 1 : -1; }',
    KERNEL,
  ),
  call(
    'calls of i386 to mount and trace',
    '{ long result; __asm__ volatile("int $0x80" : "=a"(result) : "a"(26), "b"(0), "c"(0), "d"(0), "S"(0) : "memory", "r8", "r9", "r10", "r11"); return result == 0 ? 1 : -1; }',
    KERNEL,
  ),
];
