/** Numbers of one system call; null where the architecture has none. */
export interface SystemCall {
  readonly x64: number | null;
  readonly arm64: number | null;
}

const both = (number: number): SystemCall => ({ x64: number, arm64: number });
const each = (x64: number, arm64: number): SystemCall => ({ x64, arm64 });
const x64Only = (x64: number): SystemCall => ({ x64, arm64: null });

// The numbers are those of the kernel's own headers: `__NR_<name>` in arch/x86/include/generated/uapi/asm/unistd_64.h
// (asm/unistd_64.h as installed) for x64 and in include/uapi/asm-generic/unistd.h for arm64. From 424 on they are the
// same everywhere. A number, once given, never changes its meaning.

/** Calls that no program needs and whose only use is to change, watch or leave what it runs in: refused with EPERM. */
export const REFUSED: { readonly [name: string]: SystemCall } = {
  // Mounts, roots and what tells of them.
  mount: each(165, 40),
  umount2: each(166, 39),
  pivot_root: each(155, 41),
  chroot: each(161, 51),
  open_tree: both(428),
  move_mount: both(429),
  fsopen: both(430),
  fsconfig: both(431),
  fsmount: both(432),
  fspick: both(433),
  mount_setattr: both(442),
  statmount: both(457),
  listmount: both(458),
  open_tree_attr: both(467),
  // Namespaces; by clone and clone3 they are refused in the filter itself.
  unshare: each(272, 97),
  setns: each(308, 268),
  sethostname: each(170, 161),
  setdomainname: each(171, 162),
  // Other processes.
  ptrace: each(101, 117),
  process_vm_readv: each(310, 270),
  process_vm_writev: each(311, 271),
  process_madvise: both(440),
  pidfd_getfd: both(438),
  kcmp: each(312, 272),
  // Keys outlive a process and are shared by all processes of a user.
  add_key: each(248, 217),
  request_key: each(249, 218),
  keyctl: each(250, 219),
  // Large interfaces of the kernel that broke often.
  bpf: each(321, 280),
  perf_event_open: each(298, 241),
  io_uring_setup: both(425),
  io_uring_enter: both(426),
  io_uring_register: both(427),
  userfaultfd: each(323, 282),
  // Files by other ways than their path.
  name_to_handle_at: each(303, 264),
  open_by_handle_at: each(304, 265),
  fanotify_init: each(300, 262),
  // One user has 128 of these, for all of its processes on the machine together.
  inotify_init: x64Only(253),
  inotify_init1: each(294, 26),
  lookup_dcookie: each(212, 18),
  // The machine itself.
  init_module: each(175, 105),
  finit_module: each(313, 273),
  delete_module: each(176, 106),
  kexec_load: each(246, 104),
  kexec_file_load: each(320, 294),
  reboot: each(169, 142),
  swapon: each(167, 224),
  swapoff: each(168, 225),
  quotactl: each(179, 60),
  quotactl_fd: both(443),
  acct: each(163, 89),
  syslog: each(103, 116),
  settimeofday: each(164, 170),
  clock_settime: each(227, 112),
  adjtimex: each(159, 171),
  clock_adjtime: each(305, 266),
  vhangup: each(153, 58),
  nfsservctl: each(180, 42),
  // Left over from older kernels and other modes of the processor.
  iopl: x64Only(172),
  ioperm: x64Only(173),
  modify_ldt: x64Only(154),
  uselib: x64Only(134),
  create_module: x64Only(174),
  get_kernel_syms: x64Only(177),
  query_module: x64Only(178),
  _sysctl: x64Only(156),
};

/** What no right of Landlock is about; refused too where the host's files, processes and IPC objects are in reach. */
export const REFUSED_ON_HOST: { readonly [name: string]: SystemCall } = {
  // Changes of files.
  chmod: x64Only(90),
  fchmod: each(91, 52),
  fchmodat: each(268, 53),
  fchmodat2: both(452),
  chown: x64Only(92),
  lchown: x64Only(94),
  fchown: each(93, 55),
  fchownat: each(260, 54),
  utime: x64Only(132),
  utimes: x64Only(235),
  futimesat: x64Only(261),
  utimensat: each(280, 88),
  setxattr: each(188, 5),
  lsetxattr: each(189, 6),
  fsetxattr: each(190, 7),
  removexattr: each(197, 14),
  lremovexattr: each(198, 15),
  fremovexattr: each(199, 16),
  setxattrat: both(463),
  removexattrat: both(466),
  file_setattr: both(469),
  // Processes that the end of the program's own would not end.
  fork: x64Only(57),
  vfork: x64Only(58),
  setsid: each(112, 157),
  setpgid: each(109, 154),
  // How other processes of the user are served.
  setpriority: each(141, 140),
  ioprio_set: each(251, 30),
  sched_setparam: each(142, 118),
  sched_setscheduler: each(144, 119),
  sched_setattr: each(314, 274),
  sched_setaffinity: each(203, 122),
  migrate_pages: each(256, 238),
  move_pages: each(279, 239),
  // Shared memory, semaphores and queues of the host, which outlive a process.
  shmget: each(29, 194),
  shmat: each(30, 196),
  shmctl: each(31, 195),
  semget: each(64, 190),
  semop: each(65, 193),
  semctl: each(66, 191),
  semtimedop: each(220, 192),
  msgget: each(68, 186),
  msgsnd: each(69, 189),
  msgrcv: each(70, 188),
  msgctl: each(71, 187),
  mq_open: each(240, 180),
  mq_unlink: each(241, 181),
};

/** Memory that belongs to no process or file system in sight, so that nobody could count it; refused too where a program's memory is sampled. */
export const REFUSED_AS_UNCOUNTED: { readonly [name: string]: SystemCall } = {
  memfd_create: each(319, 279),
  memfd_secret: both(447),
  shmget: each(29, 194),
  msgget: each(68, 186),
  semget: each(64, 190),
  mq_open: each(240, 180),
};

/** Calls whose arguments decide. */
export const EXAMINED = {
  clone: each(56, 220),
  clone3: both(435),
  ioctl: each(16, 29),
  personality: each(135, 92),
  prlimit64: each(302, 261),
  setsockopt: each(54, 208),
  socket: each(41, 198),
  socketpair: each(53, 199),
} as const;
