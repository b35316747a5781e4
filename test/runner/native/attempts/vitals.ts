import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { getPriority, hostname } from 'node:os';

/** Devices that everybody shares. */
const DEVICES = ['null', 'zero', 'full', 'random', 'urandom'];
const SETTINGS = [
  'kernel/core_pattern',
  'kernel/modprobe',
  'kernel/hostname',
  'kernel/printk',
  'kernel/sysrq',
  'vm/overcommit_memory',
];
/** What attempts call memory that they share. */
const SHARED_KEY = 0x706f646c;
/** Of `/proc/<pid>/status`: what decides how a process runs and what it may. */
const STATUS = /^(Uid|Gid|Groups|NStgid|CapEff|CapBnd|NoNewPrivs|Seccomp|Cpus_allowed|Umask|SigIgn)/;

/** What a program must not change of this process and of the machine, as it is now. */
export function vitals(directory: string): Record<string, unknown> {
  const read = (file: string): string => readFileSync(file, 'latin1');
  return {
    hostname: hostname(),
    priority: getPriority(process.pid),
    limits: read('/proc/self/limits'),
    outOfMemory: read('/proc/self/oom_score_adj'),
    controlGroups: read('/proc/self/cgroup'),
    status: read('/proc/self/status')
      .split('\n')
      .filter((line) => STATUS.test(line)),
    namespaces: readdirSync('/proc/self/ns').map((name) => readlinkSync(`/proc/self/ns/${name}`)),
    // Others may mount beside the tests.
    mounts: read('/proc/self/mountinfo')
      .split('\n')
      .filter((line) => line.includes(directory)),
    devices: DEVICES.map((name) => statSync(`/dev/${name}`)).map(({ mode, uid, mtimeMs }) => [
      mode,
      uid,
      mtimeMs,
    ]),
    settings: SETTINGS.filter((name) => existsSync(`/proc/sys/${name}`)).map((name) =>
      read(`/proc/sys/${name}`),
    ),
    keys: read('/proc/keys').includes('podline-attempt'),
    sharedMemory: new RegExp(`^ *${SHARED_KEY} `, 'm').test(read('/proc/sysvipc/shm')),
  };
}
