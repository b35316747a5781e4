import { EXAMINED, REFUSED, REFUSED_AS_UNCOUNTED, REFUSED_ON_HOST, type SystemCall } from './syscalls.ts';

export interface FilterOptions {
  /**
   * Whether the process stands in namespaces of its own, without the host's files, network and processes; default true.
   * Where it does not, what Landlock has no right for is refused besides: every socket (but pairs of connected streams),
   * changes of a file's mode, owner, times and attributes, new processes (threads are none), priorities and limits of
   * others, and the host's shared memory, semaphores and queues.
   */
  readonly hasNamespaces?: boolean;
  /**
   * Whether memory that no process owns is refused, and sockets keep the buffers they were made with (to change them succeeds
   * without effect, as it does at the system's maximum): where memory is counted by process; default false.
   */
  readonly isCounted?: boolean;
}

/** One `struct sock_filter`. */
interface Instruction {
  readonly code: number;
  readonly ifTrue: number;
  readonly ifFalse: number;
  readonly operand: number;
}

type Block = readonly Instruction[];

// linux/bpf_common.h: class, size and mode, or class, operation and source of the operand.
const LOAD_WORD = 0x20;
const JUMP_EQUAL = 0x15;
const JUMP_GREATER_OR_EQUAL = 0x35;
const JUMP_ANY_BIT = 0x45;
const RETURN = 0x06;

// linux/seccomp.h, and offsets within its `struct seccomp_data`, of little-endian machines.
const ALLOW = 0x7fff0000;
const ERRNO = 0x00050000;
const KILL_PROCESS = 0x80000000;
const NUMBER = 0;
const ARCHITECTURE = 4;
const lowWordOfArgument = (index: number): number => 16 + 8 * index;

const SUCCESS = 0;
const EPERM = 1;
const ENOSYS = 38;

/** linux/audit.h */
const AUDIT_ARCHITECTURES = { x64: 0xc000003e, arm64: 0xc00000b7 } as const;
/** Numbers with this bit are calls of x64's x32 ABI: other ways to the same calls, past every comparison. */
const X32_BIT = 0x40000000;
/** linux/sched.h: CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. NEWTIME exists for clone3 and unshare only. */
const CLONE_NEW = 0x7e020000;
const CLONE_THREAD = 0x10000;
/** asm-generic/ioctls.h: TIOCSTI types into the terminal the process was started from, TIOCLINUX pastes into it. */
const REFUSED_IOCTLS = [0x5412, 0x541c];
/** linux/personality.h: PER_LINUX and PER_LINUX32, both also with UNAME26; all bits set asks which one there is. */
const PERSONALITIES = [0x0, 0x8, 0x20000, 0x20008, 0xffffffff];
/** AF_UNIX, AF_INET, AF_INET6. Not: netlink, packet, vsock, alg and whatever a kernel has besides. */
const ADDRESS_FAMILIES = [1, 2, 10];
/** SOCK_STREAM, without and with SOCK_NONBLOCK and SOCK_CLOEXEC. A pair of datagram sockets could send to any other socket. */
const STREAM_TYPES = [0x1, 0x801, 0x80001, 0x80801];
/** asm-generic/socket.h: SO_SNDBUF, SO_RCVBUF, SO_SNDBUFFORCE, SO_RCVBUFFORCE. */
const SOL_SOCKET = 1;
const BUFFER_OPTIONS = [7, 8, 32, 33];
/** As a process's number. */
const ITSELF = 0;

/**
 * A seccomp filter (an array of `struct sock_filter`) as `bwrap --seccomp FD` and `prctl(PR_SET_SECCOMP)` take it: see
 * docs/sandbox.md for what it refuses. What it refuses fails with EPERM; clone3 with ENOSYS, as its flags lie where no
 * filter can read them, and every libc then uses clone. Calls of other architectures end the process.
 * Null for architectures other than x64 and arm64.
 *
 * The kernel remembers which calls it allows whatever their arguments, so the length of the list costs nothing.
 */
export function seccompFilter(
  architecture: NodeJS.Architecture,
  { hasNamespaces = true, isCounted = false }: FilterOptions = {},
): Buffer | null {
  if (architecture !== 'x64' && architecture !== 'arm64') return null;
  const numbers = (call: SystemCall): readonly number[] => {
    const number = call[architecture];
    return number === null ? [] : [number];
  };
  const refused = Object.values({
    ...REFUSED,
    ...(hasNamespaces ? {} : REFUSED_ON_HOST),
    ...(isCounted ? REFUSED_AS_UNCOUNTED : {}),
  });
  return encode([
    load(ARCHITECTURE),
    ...unlessEqual([AUDIT_ARCHITECTURES[architecture]], [give(KILL_PROCESS)]),
    load(NUMBER),
    ...(architecture === 'x64' ? when(JUMP_GREATER_OR_EQUAL, X32_BIT, [give(KILL_PROCESS)]) : []),
    ...whenEqual(numbers(EXAMINED.clone), [
      load(lowWordOfArgument(0)),
      ...when(JUMP_ANY_BIT, CLONE_NEW, [give(ERRNO | EPERM)]),
      ...when(JUMP_ANY_BIT, CLONE_THREAD, [give(ALLOW)]),
      give(hasNamespaces ? ALLOW : ERRNO | EPERM),
    ]),
    ...whenEqual(numbers(EXAMINED.clone3), [give(ERRNO | ENOSYS)]),
    ...whenEqual(numbers(EXAMINED.ioctl), [
      load(lowWordOfArgument(1)),
      ...whenEqual(REFUSED_IOCTLS, [give(ERRNO | EPERM)]),
      give(ALLOW),
    ]),
    ...whenEqual(numbers(EXAMINED.personality), [
      load(lowWordOfArgument(0)),
      ...unlessEqual(PERSONALITIES, [give(ERRNO | EPERM)]),
      give(ALLOW),
    ]),
    ...whenEqual(numbers(EXAMINED.socket), [
      load(lowWordOfArgument(0)),
      ...unlessEqual(hasNamespaces ? ADDRESS_FAMILIES : [], [give(ERRNO | EPERM)]),
      give(ALLOW),
    ]),
    ...(hasNamespaces ? [] : onHost(numbers)),
    ...(isCounted ? withSameBuffers(numbers) : []),
    ...whenEqual(refused.flatMap(numbers), [give(ERRNO | EPERM)]),
    give(ALLOW),
  ]);
}

/** What is examined only where nothing else keeps a process from the host's sockets and processes. */
function onHost(numbers: (call: SystemCall) => readonly number[]): Block {
  return [
    ...whenEqual(numbers(EXAMINED.socketpair), [
      load(lowWordOfArgument(1)),
      ...unlessEqual(STREAM_TYPES, [give(ERRNO | EPERM)]),
      give(ALLOW),
    ]),
    ...whenEqual(numbers(EXAMINED.prlimit64), [
      load(lowWordOfArgument(0)),
      ...unlessEqual([ITSELF], [give(ERRNO | EPERM)]),
      give(ALLOW),
    ]),
  ];
}

function withSameBuffers(numbers: (call: SystemCall) => readonly number[]): Block {
  const byOption = [
    load(lowWordOfArgument(2)),
    ...whenEqual(BUFFER_OPTIONS, [give(ERRNO | SUCCESS)]),
    give(ALLOW),
  ];
  return whenEqual(numbers(EXAMINED.setsockopt), [
    load(lowWordOfArgument(1)),
    ...whenEqual([SOL_SOCKET], byOption),
    give(ALLOW),
  ]);
}

/** Loads a word of `struct seccomp_data` into the accumulator. Only the low words of arguments are read: the kernel takes no more. */
const load = (offset: number): Instruction => ({ code: LOAD_WORD, ifTrue: 0, ifFalse: 0, operand: offset });

const give = (verdict: number): Instruction => ({ code: RETURN, ifTrue: 0, ifFalse: 0, operand: verdict });

/** Goes through `block`, which ends in a verdict, when the accumulator compares so; else past it. */
function when(comparison: number, operand: number, block: Block): Block {
  return [{ code: comparison, ifTrue: 0, ifFalse: block.length, operand }, ...block];
}

/** Goes through a copy of `block` for each of `values`. */
function whenEqual(values: readonly number[], block: Block): Block {
  return values.flatMap((value) => when(JUMP_EQUAL, value, block));
}

/** Goes through `block` when the accumulator is none of `values`. */
function unlessEqual(values: readonly number[], block: Block): Block {
  const comparisons = values.map((operand, index) => ({
    code: JUMP_EQUAL,
    ifTrue: values.length - 1 - index + block.length,
    ifFalse: 0,
    operand,
  }));
  return [...comparisons, ...block];
}

const INSTRUCTION_BYTES = 8;
const MAX_JUMP = 255;

function encode(program: Block): Buffer {
  const bytes = Buffer.alloc(program.length * INSTRUCTION_BYTES);
  program.forEach(({ code, ifTrue, ifFalse, operand }, index) => {
    if (Math.max(ifTrue, ifFalse) > MAX_JUMP) {
      throw new Error(`Expected jumps of up to ${MAX_JUMP}, got ${ifTrue} and ${ifFalse}`);
    }
    const offset = index * INSTRUCTION_BYTES;
    bytes.writeUInt16LE(code, offset);
    bytes.writeUInt8(ifTrue, offset + 2);
    bytes.writeUInt8(ifFalse, offset + 3);
    bytes.writeUInt32LE(operand >>> 0, offset + 4);
  });
  return bytes;
}
