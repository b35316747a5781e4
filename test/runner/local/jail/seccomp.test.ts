import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { findPackages } from '../../../../src/runner/embedded/packages.ts';
import { seccompFilter } from '../../../../src/runner/local/jail/seccomp.ts';
import {
  EXAMINED,
  REFUSED,
  REFUSED_AS_UNCOUNTED,
  REFUSED_ON_HOST,
} from '../../../../src/runner/local/jail/syscalls.ts';
import { verdict } from './bpf.ts';

const ALLOWED = 0x7fff0000;
/** Nothing happens, and the call succeeds. */
const DONE = 0x00050000;
const EPERM = 0x00050001;
const ENOSYS = 0x00050026;
const KILLED = 0x80000000;
const ARCHITECTURES = { x64: 0xc000003e, arm64: 0xc00000b7 };
const I386 = 0x40000003;
const BOTH = ['x64', 'arm64'] as const;
const HEADERS = {
  x64: '/usr/include/x86_64-linux-gnu/asm/unistd_64.h',
  arm64: '/usr/include/asm-generic/unistd.h',
};
const LISTS = { ...REFUSED, ...REFUSED_ON_HOST, ...REFUSED_AS_UNCOUNTED, ...EXAMINED };
/** Calls that newer headers than many installed ones have. */
const NEW_CALLS = [
  'statmount',
  'listmount',
  'open_tree_attr',
  'fchmodat2',
  'setxattrat',
  'removexattrat',
  'file_setattr',
];

describe.each(BOTH)('the filter of %s', (name) => {
  const filter = seccompFilter(name) ?? Buffer.alloc(0);
  const architecture = ARCHITECTURES[name];
  const ask = (number: number | null, ...args: readonly bigint[]) =>
    verdict(filter, { architecture, number: number ?? Number.NaN, args });

  it('refuses every call of the list and allows all between them', () => {
    const refused = new Set(Object.values(REFUSED).flatMap((call) => call[name] ?? []));
    const examined = new Set(Object.values(EXAMINED).map((call) => call[name]));
    for (let number = 0; number < 1024; number += 1) {
      if (examined.has(number)) continue;
      expect(ask(number), `call ${number}`).toBe(refused.has(number) ? EPERM : ALLOWED);
    }
  });

  it('refuses new namespaces, and clone3 in a way that makes libc use clone', () => {
    const thread = 0x3d0f00n;
    expect(ask(EXAMINED.clone[name], thread)).toBe(ALLOWED);
    expect(ask(EXAMINED.clone[name], 17n)).toBe(ALLOWED);
    for (const bit of [17n, 25n, 26n, 27n, 28n, 29n, 30n]) {
      expect(ask(EXAMINED.clone[name], thread | (1n << bit)), `flag ${bit}`).toBe(EPERM);
    }
    expect(ask(EXAMINED.clone3[name])).toBe(ENOSYS);
  });

  it('refuses to type into a terminal, whatever the upper half of the argument says', () => {
    for (const request of [0x5412n, 0x541cn, 0xffff_ffff_0000_5412n]) {
      expect(ask(EXAMINED.ioctl[name], 0n, request)).toBe(EPERM);
    }
    expect(ask(EXAMINED.ioctl[name], 0n, 0x5401n)).toBe(ALLOWED);
    expect(ask(EXAMINED.ioctl[name], 0x5412n, 0x5401n)).toBe(ALLOWED);
  });

  it('allows harmless personalities only', () => {
    for (const persona of [0x0n, 0x8n, 0x20000n, 0x20008n, 0xffffffffn]) {
      expect(ask(EXAMINED.personality[name], persona)).toBe(ALLOWED);
    }
    for (const persona of [0x40000n, 0x400000n, 0x100000n, 0x1n]) {
      expect(ask(EXAMINED.personality[name], persona)).toBe(EPERM);
    }
  });

  it('allows UNIX and Internet sockets only', () => {
    for (let family = 0n; family < 50n; family += 1n) {
      expect(ask(EXAMINED.socket[name], family)).toBe([1n, 2n, 10n].includes(family) ? ALLOWED : EPERM);
    }
    expect(ask(EXAMINED.socketpair[name], 1n, 2n)).toBe(ALLOWED);
    expect(ask(EXAMINED.prlimit64[name], 1n)).toBe(ALLOWED);
  });

  it('keeps the buffers of sockets, and refuses memory that no process owns, where memory is counted', () => {
    const counted = seccompFilter(name, { isCounted: true }) ?? Buffer.alloc(0);
    const askCounted = (number: number | null, ...args: readonly bigint[]) =>
      verdict(counted, { architecture, number: number ?? Number.NaN, args });
    for (const option of [7n, 8n, 32n, 33n]) {
      expect(askCounted(EXAMINED.setsockopt[name], 3n, 1n, option)).toBe(DONE);
      expect(askCounted(EXAMINED.setsockopt[name], 3n, 6n, option)).toBe(ALLOWED);
      expect(ask(EXAMINED.setsockopt[name], 3n, 1n, option)).toBe(ALLOWED);
    }
    expect(askCounted(EXAMINED.setsockopt[name], 3n, 1n, 2n)).toBe(ALLOWED);
    for (const [call, numbers] of Object.entries(REFUSED_AS_UNCOUNTED)) {
      expect(askCounted(numbers[name]), call).toBe(EPERM);
      expect(ask(numbers[name]), call).toBe(ALLOWED);
    }
  });

  it('refuses more without namespaces: sockets, changes of files, limits of others, new processes', () => {
    const strict = seccompFilter(name, { hasNamespaces: false }) ?? Buffer.alloc(0);
    const askStrict = (number: number | null, ...args: readonly bigint[]) =>
      verdict(strict, { architecture, number: number ?? Number.NaN, args });
    for (let family = 0n; family < 50n; family += 1n) {
      expect(askStrict(EXAMINED.socket[name], family)).toBe(EPERM);
    }
    expect(askStrict(EXAMINED.socketpair[name], 1n, 0x80801n)).toBe(ALLOWED);
    for (const type of [2n, 5n, 0x80002n]) expect(askStrict(EXAMINED.socketpair[name], 1n, type)).toBe(EPERM);
    expect(askStrict(EXAMINED.prlimit64[name], 0n)).toBe(ALLOWED);
    expect(askStrict(EXAMINED.prlimit64[name], 1n)).toBe(EPERM);
    const thread = 0x3d0f00n;
    expect(askStrict(EXAMINED.clone[name], thread)).toBe(ALLOWED);
    for (const flags of [17n, 0x4111n, thread | (1n << 28n)]) {
      expect(askStrict(EXAMINED.clone[name], flags), `flags ${flags}`).toBe(EPERM);
    }
    const refused = new Set(
      Object.values({ ...REFUSED, ...REFUSED_ON_HOST }).flatMap((call) => call[name] ?? []),
    );
    const examined = new Set(Object.values(EXAMINED).map((call) => call[name]));
    for (let number = 0; number < 1024; number += 1) {
      if (examined.has(number)) continue;
      expect(askStrict(number), `call ${number}`).toBe(refused.has(number) ? EPERM : ALLOWED);
    }
  });

  it('ends callers by other ways', () => {
    for (const other of [I386, ...Object.values(ARCHITECTURES)]) {
      if (other !== architecture) expect(verdict(filter, { architecture: other, number: 0 })).toBe(KILLED);
    }
    expect(ask(0x40000000)).toBe(name === 'x64' ? KILLED : ALLOWED);
    expect(ask(0x40000000 + 520)).toBe(name === 'x64' ? KILLED : ALLOWED);
  });

  it('has the numbers of the kernel', ({ skip }) => {
    const header = HEADERS[name];
    if (!existsSync(header)) skip(`There are no kernel headers at ${header}`);
    const numbers = new Map(
      [...readFileSync(header, 'utf8').matchAll(/^#define __NR(?:3264)?_(\w+)\s+(\d+)$/gm)].map(
        ([, call, number]) => [call, Number(number)],
      ),
    );
    for (const [call, its] of Object.entries(LISTS)) {
      if (NEW_CALLS.includes(call) && !numbers.has(call)) continue;
      expect(numbers.get(call) ?? null, call).toBe(its[name]);
    }
  });
});

it('is not made for other architectures', () => {
  expect(seccompFilter('ia32')).toBeNull();
  expect(seccompFilter('riscv64')).toBeNull();
});

const native = BOTH.find((name) => process.platform === 'linux' && name === process.arch);

describe.skipIf(native === undefined)(`in a process (here: ${process.platform} on ${process.arch})`, () => {
  const name = native ?? 'x64';
  const filter = seccompFilter(name) ?? Buffer.alloc(0);
  /** Harmless even where they are not refused; the first of them nobody refuses to a process without rights. */
  const CALLS: readonly (readonly [name: string, number: number | null | undefined, ...args: number[]])[] = [
    ['ptrace of nobody', REFUSED['ptrace']?.[name], 0x7fff],
    ['process_vm_readv of nothing', REFUSED['process_vm_readv']?.[name]],
    ['a netlink socket', EXAMINED.socket[name], 16, 3, 0],
    ['TIOCSTI on no terminal', EXAMINED.ioctl[name], 1, 0x5412],
    ['unshare of nothing', REFUSED['unshare']?.[name]],
    ['clone into a new namespace, with flags that exclude each other', EXAMINED.clone[name], 0x10010000],
    ['a personality without random addresses', EXAMINED.personality[name], 0x40000],
  ];
  const UNREFUSED_ELSEWHERE = 4;

  it('refuses each call with its error number, and would not have been refused without', async () => {
    const numbers = CALLS.map(([, ...call]) => call);
    const refused = Object.values(REFUSED).flatMap((call) => (call[name] === null ? [] : [[call[name]]]));
    const clone3 = [EXAMINED.clone3[name]];
    const walled = await call(filter, [...numbers, clone3, ...refused]);
    expect(walled).toEqual([...numbers.map(() => 1), 38, ...refused.map(() => 1)]);
    const control = await call(null, numbers);
    expect(control.slice(0, UNREFUSED_ELSEWHERE)).not.toContain(1);
  });

  async function call(wall: Buffer | null, list: readonly unknown[]): Promise<readonly number[]> {
    const script = join(import.meta.dirname, 'fixtures', 'calls.js');
    const prctl = name === 'x64' ? '157' : '167';
    const { stdout } = await promisify(execFile)(
      findPackages().denoFile,
      [
        'run',
        '--quiet',
        '--no-config',
        '--no-lock',
        '--no-code-cache',
        '--allow-ffi',
        script,
        wall?.toString('base64') ?? '-',
        prctl,
        JSON.stringify(list),
      ],
      { env: { DENO_DIR: '/dev/null/deno', NO_COLOR: '1' } },
    );
    return JSON.parse(stdout);
  }
});
