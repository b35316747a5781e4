import { spawn } from 'node:child_process';
import { CHILD_MS, HEAP_MB, MiB, OWN_MB } from './bounds.js';
import { openEnds, SHELL } from './pipes.js';
import { becomeProgram, WARM_UPS } from './program.js';
import { directory, isInit, TEMPORARY } from './start.js';

/** The name of a user whose number stands in no image's /etc/passwd. */
const USER = 'program';

/** A Node that waits for its program. */
export class Child {
  #process;
  #channel;
  stdin = null;
  stdout = null;
  stderr = null;
  /** Resolves to code and signal. */
  exited;
  hasExited = false;
  /** What a shell reads; null where a Node waits. */
  scriptFile;
  /** Resolves to whether it can be given a program. */
  isReady;

  /** @param script a file that a shell reads in place of a Node, for programs of other languages; without: there is none */
  constructor({ bounds, pipes, script = null }) {
    this.scriptFile = script;
    const command = script === null ? nodeCommand() : [SHELL, '-c', WAIT_FOR_WORD, script];
    // The shell replaces itself by what follows its name, $0.
    if (bounds + pipes !== '') command.unshift(SHELL, '-c', `${bounds}${pipes}exec "$@"`, SHELL);
    const [file, ...args] = command;
    const stdio = Array(3).fill(pipes === '' ? 'pipe' : 'ignore');
    this.#process = spawn(file, args, {
      cwd: directory,
      env: environment(),
      detached: true,
      stdio: [...stdio, 'pipe'],
    });
    this.#channel = this.#process.stdio[3];
    this.#channel.on('error', () => {});
    this.exited = new Promise((resolveExit) => {
      this.#process.once('exit', (code, signal) => {
        this.hasExited = true;
        resolveExit({ code, signal });
      });
      this.#process.once('error', () => resolveExit({ code: 1, signal: null }));
    });
    this.isReady = new Promise((resolveReady) => {
      setTimeout(resolveReady, CHILD_MS, false).unref();
      void this.exited.then(() => resolveReady(false));
      this.#channel.once('data', () => {
        const ends = pipes === '' ? this.#process.stdio : openEnds(this.pid);
        if (ends === null) return resolveReady(false);
        [this.stdin, this.stdout, this.stderr] = ends;
        this.stdin.on('error', () => {});
        resolveReady(true);
      });
    });
  }

  get pid() {
    return this.#process.pid;
  }

  /** Blank space, which may stand before the program: what comes next then goes a way that was gone before. */
  warmUp() {
    this.#channel.write(' ');
  }

  become(program) {
    this.#channel.end(JSON.stringify(program));
  }

  /** Lets the shell go on. */
  proceed() {
    this.#channel.write('\n');
  }

  /** Calls back once with the exit code that the script tells of its compile step. */
  onCompiled(callback) {
    let text = '';
    this.#channel.on('data', (bytes) => {
      if (text.includes('\n')) return;
      text = (text + bytes.toString('latin1')).slice(0, 100);
      const [, code] = /^compiled (\d+)\n/.exec(text) ?? [];
      if (code !== undefined) callback(Number(code));
    });
  }

  signal(signal) {
    if (this.hasExited || this.pid === undefined) return;
    kill(-this.pid, signal);
  }

  /** Ends all that the program left, or in a pod everything but this process. */
  killAll() {
    if (isInit) kill(-1, 'SIGKILL');
    else if (this.pid !== undefined) kill(-this.pid, 'SIGKILL');
  }

  destroy() {
    this.killAll();
    for (const stream of [this.stdin, this.stdout, this.stderr, this.#channel]) stream?.destroy();
  }
}

function kill(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // Nobody is left.
  }
}

/** A shell that is ready, has its word, and reads the script; REPLY of PROTOCOL.md is where the word comes too. */
const WAIT_FOR_WORD = 'printf . >&3; IFS= read -r line <&3 || exit 0; exec 5<&3; . "$0"';

function nodeCommand() {
  return [process.execPath, ...childFlags(), '-e', `(${becomeProgram})(${JSON.stringify(WARM_UPS)})`];
}

/**
 * Heap and stack settings must be given at the start; only the container's memory is known then. V8 alone would take a
 * part of it as its bound, so that a program could not use what it was promised; memory is watched from here instead.
 */
function childFlags() {
  const available = process.constrainedMemory() / MiB;
  const heapMb = available > 0 && available < 1e6 ? Math.max(HEAP_MB, Math.floor(available) - OWN_MB) : 4096;
  // A young generation of up to 3 × 64 MiB, as is usual, would be most of a small program's memory.
  return [`--max-old-space-size=${heapMb}`, '--max-semi-space-size=16', ...typeScriptFlags()];
}

export function typeScriptFlags() {
  const flag = '--experimental-transform-types';
  const isKnown = process.allowedNodeEnvironmentFlags.has(flag);
  return isKnown ? [flag, '--disable-warning=ExperimentalWarning'] : [];
}

export function environment() {
  const { PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' } = process.env;
  return { PATH, HOME: directory, LANG: 'C.UTF-8', LOGNAME: USER, TMPDIR: TEMPORARY, USER };
}
