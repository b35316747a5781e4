import { spawn } from 'node:child_process';
import { CHILD_MS, HEAP_MB, MiB, OWN_MB } from './bounds.js';
import { openEnds, SHELL } from './pipes.js';
import { processesOf } from './proc.js';
import { becomeProgram, CELLS_FLAGS, WARM_UPS } from './program.js';
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

  /** The session whose process it is; null: it has a pod for itself. */
  session;

  /**
   * @param script a file that a shell reads in place of a Node, for programs of other languages; without: there is none
   * @param session null: it is the only one of its pod
   * @param cells what it runs in place of a program, and the token of its messages
   * @param env variables beside those that every program has
   */
  constructor({ bounds, pipes, script = null, session = null, cells = null, env = [] }) {
    this.session = session;
    this.scriptFile = cells === null ? script : null;
    const command = commandOf({ script, cells, isFirst: session === null });
    const announce = cells === null ? '' : SAY_READY;
    // The shell replaces itself by what follows its name, $0.
    if (bounds + pipes !== '') command.unshift(SHELL, '-c', `${bounds}${pipes}${announce}exec "$@"`, SHELL);
    const [file, ...args] = command;
    const stdio = Array(3).fill(pipes === '' ? 'pipe' : 'ignore');
    this.#process = spawn(file, args, {
      cwd: directory,
      env: { ...environment(), ...Object.fromEntries(env.map(({ name, value }) => [name, value])) },
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
      // With no shell before it an interpreter of cells says nothing.
      if (cells !== null && bounds + pipes === '') this.#process.once('spawn', ready.bind(this));
      this.#channel.once('data', ready.bind(this));
      function ready() {
        const ends = pipes === '' ? this.#process.stdio : openEnds(this.pid);
        if (ends === null) return resolveReady(false);
        [this.stdin, this.stdout, this.stderr] = ends;
        this.stdin.on('error', () => {});
        resolveReady(true);
      }
    });
  }

  get pid() {
    return this.#process.pid;
  }

  /** Sends an interpreter of cells a frame; calls back when it is written. */
  send(frame, callback) {
    this.#channel.write(frame, callback);
  }

  /** The numbers of the processes whose memory and open files count. */
  processes() {
    return this.session === null ? processesOf(this.pid) : this.session.processes();
  }

  /** Bytes of their memory that are not the program's; null: what they have before it begins. */
  get baseline() {
    return this.session?.baseline(this.pid) ?? null;
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

  /**
   * Ends all that the program left, or in a pod everything but this process; in a session its interpreters stay. Returns
   * whether it is to be seen to that they have gone.
   */
  killAll() {
    if (this.session !== null && this.pid !== undefined) {
      kill(-this.pid, 'SIGKILL');
      return this.session.killStrays();
    }
    if (isInit) kill(-1, 'SIGKILL');
    else if (this.pid !== undefined) kill(-this.pid, 'SIGKILL');
    return false;
  }

  /** What is left after `killAll` was called in vain: at one blow, with all else. */
  killRest() {
    if (isInit) kill(-1, 'SIGKILL');
  }

  destroy() {
    this.killAll();
    for (const stream of [this.stdin, this.stdout, this.stderr, this.#channel]) stream?.destroy();
  }
}

export function kill(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // Nobody is left.
  }
}

/** In a shell of its own: a redirection would show `openEnds` another descriptor for a moment. */
const SAY_READY = '(printf . >&3); ';
/** A shell that is ready, has its word, and reads the script; REPLY of PROTOCOL.md is where the word comes too. */
const WAIT_FOR_WORD = `${SAY_READY}(IFS= read -r line <&3) || exit 0; exec 5<&3; . "$0"`;

function commandOf({ script, cells, isFirst }) {
  if (cells !== null) return [process.execPath, ...childFlags(), ...CELLS_FLAGS, cells.file, cells.token];
  if (script !== null) return [SHELL, '-c', WAIT_FOR_WORD, script];
  // A character that never comes: later ones of a session have no time to warm up.
  const warmUps = isFirst ? JSON.stringify(WARM_UPS) : '{}, "-"';
  return [process.execPath, ...childFlags(), '-e', `(${becomeProgram})(${warmUps})`];
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
  // What libraries and interpreters cache is not what a program leaves.
  const caches = { XDG_CACHE_HOME: `${TEMPORARY}/.cache`, PYTHONDONTWRITEBYTECODE: '1' };
  return { PATH, HOME: directory, LANG: 'C.UTF-8', LOGNAME: USER, TMPDIR: TEMPORARY, USER, ...caches };
}
