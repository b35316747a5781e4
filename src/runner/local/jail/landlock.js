/*
 * Builds a wall of Landlock around this process and becomes the process of a program by `execve`. Run by Deno with
 * `--allow-ffi` and nothing else; whatever it needs, it does through libc's `syscall`. Arguments: `--probe`, or a
 * `Wall` of landlock.ts as JSON.
 *
 * Landlock holds for the calling thread and what it executes, so everything happens on this one thread. Any step that
 * fails ends the process before the program's could start.
 */

// Of asm/unistd_64.h and asm-generic/unistd.h.
const NUMBERS = {
  x86_64: { read: 0, close: 3, execve: 59, prctl: 157, openat: 257 },
  aarch64: { read: 63, close: 57, execve: 221, prctl: 167, openat: 56 },
};
const LANDLOCK = {
  close_range: 436,
  landlock_create_ruleset: 444,
  landlock_add_rule: 445,
  landlock_restrict_self: 446,
};

const AT_FDCWD = -100;
const O_RDONLY = 0;
const O_PATH_CLOEXEC = 0o12000000;
const CLOSE_RANGE_CLOEXEC = 4;
const FIRST_OWN_DESCRIPTOR = 3;
const GREATEST_DESCRIPTOR = 0xffffffff;
const PR_SET_NO_NEW_PRIVS = 38;
const PR_SET_SECCOMP = 22;
const SECCOMP_MODE_FILTER = 2;
const CREATE_RULESET_VERSION = 1;
const RULE_PATH_BENEATH = 1;

// linux/landlock.h
const EXECUTE = 1n << 0n;
const READ_FILE = 1n << 2n;
const READ_DIRECTORY = 1n << 3n;

/** How many rights there are since which version; they are the lowest bits. What versions 7 and 8 added are no rights. */
const FILE_RIGHTS = { 1: 13, 2: 14, 3: 15, 5: 16, 9: 17 };
const NETWORK_RIGHTS = { 4: 2, 10: 4 };
const SCOPES = { 6: 2 };
const NEWEST_VERSION = 10;

function bits(counts, version) {
  const known = Object.entries(counts).filter(([since]) => Number(since) <= version);
  return (1n << BigInt(known.at(-1)?.[1] ?? 0)) - 1n;
}

const libc = Deno.dlopen('libc.so.6', {
  syscall: { parameters: Array(7).fill('i64'), result: 'i64' },
  __errno_location: { parameters: [], result: 'pointer' },
}).symbols;
const numbers = { ...LANDLOCK, ...NUMBERS[Deno.build.arch] };
/** What the kernel is given the addresses of: kept until the end of this process. */
const held = [];

function errno() {
  return new Deno.UnsafePointerView(libc.__errno_location()).getInt32();
}

/** -1 is a failure. */
function tryCall(name, ...args) {
  if (numbers[name] === undefined) throw new Error(`Expected x86_64 or aarch64, got ${Deno.build.arch}`);
  const padded = [...args, 0, 0, 0, 0, 0, 0].slice(0, 6);
  return Number(libc.syscall(numbers[name], ...padded));
}

function call(name, ...args) {
  const result = tryCall(name, ...args);
  if (result === -1) throw new Error(`Expected ${name} to succeed, got error ${errno()}`);
  return result;
}

function addressOf(bytes) {
  held.push(bytes);
  return Deno.UnsafePointer.value(Deno.UnsafePointer.of(bytes));
}

function addressOfText(text) {
  if (text.includes('\0')) throw new Error('Expected paths, arguments and variables without zero bytes');
  return addressOf(new TextEncoder().encode(`${text}\0`));
}

function addressOfTexts(texts) {
  return addressOf(BigUint64Array.of(...texts.map((text) => BigInt(addressOfText(text))), 0n));
}

/** Descriptor of a file or directory that is only named, not read; -1 when it cannot be opened. */
function openPath(path) {
  return tryCall('openat', AT_FDCWD, addressOfText(path), O_PATH_CLOEXEC);
}

function isThere(path) {
  const descriptor = openPath(path);
  if (descriptor !== -1) call('close', descriptor);
  return descriptor !== -1;
}

function readText(path) {
  const descriptor = call('openat', AT_FDCWD, addressOfText(path), O_RDONLY);
  const chunk = new Uint8Array(65_536);
  const address = addressOf(chunk);
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    const count = call('read', descriptor, address, chunk.length);
    if (count === 0) break;
    text += decoder.decode(chunk.subarray(0, count), { stream: true });
  }
  call('close', descriptor);
  return text + decoder.decode();
}

/** The binary, its loader and its libraries, wherever this system has them: this process has the same ones mapped. */
function mappedFiles() {
  const files = readText('/proc/self/maps')
    .split('\n')
    .filter((line) => /^\S+ r-xp /.test(line) && line.includes(' /'))
    .map((line) => line.slice(line.indexOf(' /') + 1));
  return [...new Set(files)];
}

function allow(ruleset, path, rights) {
  const descriptor = openPath(path);
  if (descriptor === -1) throw new Error(`Expected ${path} to be there, got error ${errno()}`);
  // A packed structure: rights, then the descriptor.
  const rule = new DataView(new ArrayBuffer(12));
  rule.setInt32(8, descriptor, true);
  const address = addressOf(new Uint8Array(rule.buffer));
  const add = (some) => {
    rule.setBigUint64(0, some, true);
    return tryCall('landlock_add_rule', ruleset, RULE_PATH_BENEATH, address, 0) !== -1;
  };
  // The right to list is refused for what is no directory.
  if (!add(rights) && !add(rights & ~READ_DIRECTORY)) {
    throw new Error(`Expected to allow ${path}, got error ${errno()}`);
  }
  call('close', descriptor);
}

/**
 * Refuses every right that the kernel can refuse. Some say a version without having all of its rights (that of Red Hat 9
 * says 6 and has no scope of signals): the version is then the newest of which they have all.
 */
function createRuleset() {
  const said = call('landlock_create_ruleset', 0, 0, CREATE_RULESET_VERSION);
  for (let version = Math.min(said, NEWEST_VERSION); version > 0; version -= 1) {
    const counts = [FILE_RIGHTS, NETWORK_RIGHTS, SCOPES];
    const handled = BigUint64Array.from(counts, (its) => bits(its, version));
    const ruleset = tryCall('landlock_create_ruleset', addressOf(handled), handled.byteLength, 0);
    if (ruleset !== -1) return { ruleset, version };
  }
  throw new Error(`Expected a ruleset of version ${said} or older, got error ${errno()}`);
}

function restrict(ruleset) {
  call('prctl', PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  call('landlock_restrict_self', ruleset, 0);
}

/** Read by libc, V8 and Deno themselves; allowed where they are there. */
const OWN_FILES = ['/etc/ld.so.cache', '/dev/null', '/dev/urandom', '/proc/self/maps', '/proc/self/statm'];

function becomeProgram({ readable, file, args, seccomp }) {
  const environment = readText('/proc/self/environ').split('\0').slice(0, -1);
  const { ruleset } = createRuleset();
  for (const path of [...mappedFiles(), file]) allow(ruleset, path, EXECUTE | READ_FILE);
  for (const path of readable) allow(ruleset, path, READ_FILE | READ_DIRECTORY);
  for (const path of OWN_FILES.filter(isThere)) allow(ruleset, path, READ_FILE);
  const argv = addressOfTexts([file, ...args]);
  const envp = addressOfTexts(environment);
  call('close_range', FIRST_OWN_DESCRIPTOR, GREATEST_DESCRIPTOR, CLOSE_RANGE_CLOEXEC);
  restrict(ruleset);
  if (seccomp !== null) {
    const filter = Uint8Array.fromBase64(seccomp);
    const program = BigUint64Array.of(BigInt(filter.length / 8), BigInt(addressOf(filter)));
    call('prctl', PR_SET_SECCOMP, SECCOMP_MODE_FILTER, addressOf(program), 0, 0);
  }
  call('execve', addressOfText(file), argv, envp);
}

/** Prints the version once a wall that allows nothing has been seen to hold. */
function probe() {
  const { ruleset, version } = createRuleset();
  const root = addressOfText('/');
  call('close', call('openat', AT_FDCWD, root, O_RDONLY));
  restrict(ruleset);
  if (tryCall('openat', AT_FDCWD, root, O_RDONLY) !== -1) {
    throw new Error('Expected / to be closed, got a descriptor of it');
  }
  console.log(version);
}

try {
  if (Deno.args[0] === '--probe') probe();
  else becomeProgram(JSON.parse(Deno.args[0]));
} catch (error) {
  console.error(`There is no wall by Landlock, so no program was started: ${error.message}`);
  Deno.exit(1);
}
