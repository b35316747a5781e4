import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { setPriority } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import type { Launcher } from '../launchers.ts';
import { boundCommand } from './command.ts';
import { openProcessStatus, type ProcessStatus } from './process_status.ts';
import { becomesReady } from './ready.ts';

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface SandboxOptions {
  readonly launcher: Launcher;
  /** Its own, empty; becomes the current directory. */
  readonly directory: string;
  /** MiB of private memory the process may map, the launcher's included. */
  readonly dataMb: number;
  /** Called once, after the process has ended and was reaped. */
  readonly onExit: () => void;
}

/** Programs give way to the server by this much (nice). */
const PRIORITY = 5;

/**
 * One process for one program. States: starting until it has written `ready`, ready until a payload is sent, running
 * until it ends, ended. It is the leader of a process group of its own, so that `kill` ends everything it might have
 * started.
 */
export class Sandbox {
  readonly launcher: Launcher;
  readonly directory: string;
  /** Resolves when it waits for a payload; rejects when it ended before that. */
  readonly ready: Promise<void>;
  /** Resolves when the process has ended; never rejects. */
  readonly exited: Promise<Exit>;
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>;
  #status: ProcessStatus | null = null;
  #hasEnded = false;

  /** Throws when there are no file descriptors left for its pipes. */
  constructor({ launcher, directory, dataMb, onExit }: SandboxOptions) {
    this.launcher = launcher;
    this.directory = directory;
    const { file, args } = boundCommand(launcher.command(directory), {
      dataMb,
      ...(launcher.stackKb === undefined ? {} : { stackKb: launcher.stackKb }),
    });
    this.#process = spawn(file, args, {
      cwd: directory,
      // DENO_DIR cannot be made, so nothing is cached, stored or left for the next program. Without a backend WebGPU
      // loads no driver: it would load whichever library the program's own variables name (VK_DRIVER_FILES, HOME).
      env: { DENO_DIR: '/dev/null/deno', DENO_WEBGPU_BACKEND: 'noop', NO_COLOR: '1', LANG: 'C.UTF-8' },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
      windowsHide: true,
    });
    if (this.#process.stdin === undefined) {
      // The reason comes as an event; unheard it would end the server.
      this.#process.on('error', () => undefined);
      throw new Error('Expected a process with three pipes, got none: too few file descriptors are left');
    }
    giveWay(this.#process.pid);
    // A program that ends without reading its stdin is no failure of anything.
    this.#process.stdin.on('error', () => undefined);
    this.exited = new Promise((resolve) => {
      this.#process.once('exit', (code, signal) => resolve({ code, signal }));
      this.#process.once('error', () => resolve({ code: null, signal: null }));
    });
    const { pid, stdout, stderr } = this.#process;
    this.ready = becomesReady(this.#process, stdout, stderr).then(() => {
      if (pid !== undefined) this.#status = openProcessStatus(pid);
    });
    this.ready.catch(() => this.kill());
    void this.exited.then(() => {
      this.#hasEnded = true;
      this.#status?.[Symbol.dispose]();
      onExit();
    });
  }

  get stdout(): Readable {
    return this.#process.stdout;
  }

  get stderr(): Readable {
    return this.#process.stderr;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** What the operating system tells of the process; null before it is ready, and where there is no /proc. */
  get status(): ProcessStatus | null {
    return this.#status;
  }

  /** Asks a launcher that can to load more while it waits. */
  prepare(): void {
    if (this.launcher.canPrepare) this.#process.stdin.write('\n');
  }

  /** Hands over payload and stdin; the program starts at once. */
  send(bytes: Buffer): void {
    this.#process.stdin.end(bytes);
  }

  /** Ends the process and all of its group, whatever they do. Safe to repeat. */
  kill(): void {
    const { pid } = this.#process;
    if (pid === undefined || this.#hasEnded) return;
    try {
      process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
    } catch {
      // It ended by itself just now.
    }
    this.#process.stdin.destroy();
  }
}

/** Early enough that all threads it starts inherit it. */
function giveWay(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, PRIORITY);
  } catch {
    // Ended already, or not allowed here: it competes as an equal then.
  }
}
