import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Gate } from '../gate.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
/** How long a server may take to listen on a busy machine, milliseconds. */
const START_MS = 60_000;

export interface ReplicaPlan {
  readonly name: string;
  /** Where it listens. */
  readonly port: number;
  /** What it is started with, each time. */
  readonly env: { readonly [name: string]: string };
  /** File that its processes log to, one after the other. */
  readonly log: string;
  readonly gates: Gates;
}

/** The ways from and to one server. */
export interface Gates {
  /** Clients come in by it. */
  readonly clients: Gate;
  readonly store: Gate;
  readonly api: Gate;
}

/** One of the servers: the same address, one process after another. */
export class Replica implements AsyncDisposable {
  readonly name: string;
  readonly gates: Gates;
  readonly #plan: ReplicaPlan;
  #child: ChildProcess | null = null;
  /** Processes started so far. */
  starts = 0;
  /** Told when a process ends that nobody ended. */
  onCrash: (how: string) => void = () => {};

  constructor(plan: ReplicaPlan) {
    this.#plan = plan;
    this.name = plan.name;
    this.gates = plan.gates;
  }

  /** Where clients reach it. */
  get url(): string {
    return `http://127.0.0.1:${this.gates.clients.port}`;
  }

  /** Past all gates. */
  get directUrl(): string {
    return `http://127.0.0.1:${this.#plan.port}`;
  }

  /** Starts a process and waits until it listens. @throws Error when it does not */
  async start(): Promise<void> {
    const { port, env, log } = this.#plan;
    const file = openSync(log, 'a', 0o600);
    const child = spawn(process.execPath, [MAIN], {
      env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', PORT: String(port), ...env },
      stdio: ['ignore', file, file],
      // A group of its own: what a terminal sends at Ctrl-C is for us alone.
      detached: true,
    });
    closeSync(file);
    this.#child = child;
    this.starts++;
    // Whatever ends this program, it leaves no server behind.
    const last = () => child.kill('SIGKILL');
    process.once('exit', last);
    child.once('close', () => process.off('exit', last));
    child.once('close', (code, signal) => {
      if (this.#child !== child) return;
      this.#child = null;
      this.onCrash(`${code ?? signal}`);
    });
    const deadline = performance.now() + START_MS;
    while (!(await isListening(this.directUrl))) {
      if (this.#child !== child) throw new Error(`Server ${this.name} ended while it started; see ${log}.`);
      if (performance.now() > deadline) throw new Error(`Server ${this.name} did not start; see ${log}.`);
      await sleep(50);
    }
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child?.kill(signal);
  }

  /**
   * Ends the process with a signal. Resolves to how it ended, a code or a signal; null when it runs on after `mostMs`
   * and had to be killed.
   */
  async end(signal: 'SIGKILL' | 'SIGTERM', mostMs = 60_000): Promise<string | null> {
    const child = this.#child;
    if (!child) return '';
    this.#child = null;
    const ended = once(child, 'close').then(([code, by]) => `${code ?? by}`);
    child.kill(signal);
    const limit = new AbortController();
    const late = sleep(mostMs, null, { signal: limit.signal }).catch(() => null);
    const how = await Promise.race([ended, late]);
    limit.abort();
    if (how === null) child.kill('SIGKILL');
    await ended;
    return how;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.signal('SIGCONT');
    await this.end('SIGKILL');
    for (const gate of Object.values(this.gates)) await gate[Symbol.asyncDispose]();
  }
}

async function isListening(url: string): Promise<boolean> {
  try {
    const { status } = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2000) });
    return status === 200;
  } catch {
    return false;
  }
}
