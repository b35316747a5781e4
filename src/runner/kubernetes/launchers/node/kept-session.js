import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { INTERPRETER_BYTES } from './bounds.js';
import { Cell } from './cell.js';
import { Child, kill } from './child.js';
import { Context } from './context.js';
import { memoryOf, processesBelow } from './proc.js';
import { giveUp } from './start.js';

const TOKEN_BYTES = 16;
const CELLS = join(dirname(process.argv[1] ?? ''), 'cells.mjs');

/** What a launcher keeps between the runs of a session: the process that waits for the next one, and named interpreters. */
export class KeptSession {
  id;
  /** Of the run that was taken last. */
  number = 0;
  /** What ended it: `memory`. */
  lost = null;
  #env;
  /** How a child gets ready here. */
  #way;
  #waiting;
  /** The process that waits for the next run, or is getting ready to; null while a run has it. */
  #next;
  #contexts = new Map();

  /** @param child the one that waits, and has become ready `way` */
  constructor(id, child, way, env) {
    this.id = id;
    this.#env = env;
    this.#way = way;
    child.session = this;
    this.#waiting = Promise.resolve(child);
    this.#next = child;
  }

  /** The payload as its process gets it. */
  completed(payload) {
    return { ...payload, env: [...this.#env, ...payload.env] };
  }

  /** The process of the next run. */
  async processFor({ context, script }) {
    if (context !== undefined && script === undefined) return await this.#cell(context);
    const child = await this.#waiting;
    // A program may have ended what waited for the next one.
    const own = child.hasExited ? await this.#ready({}) : child;
    this.#next = null;
    return own;
  }

  /**
   * The run of that child has ended, and told of its interpreter if that is lost: the next one of that name lost nothing. Has a
   * process get ready for the next run when that one has used it.
   */
  hasReported(child) {
    if (child.startCell === undefined) this.#waiting = this.#ready({});
    for (const [name, context] of this.#contexts) {
      if (context.hasExited && context.child.pid === child.pid) this.#contexts.delete(name);
    }
  }

  async #cell(name) {
    const known = this.#contexts.get(name);
    // Before it is heard of its end a process has no memory any more.
    const wasLost = known !== undefined && (known.hasExited || memoryOf(known.child.pid) === null);
    let context = known;
    if (known === undefined || wasLost) {
      const token = randomBytes(TOKEN_BYTES).toString('hex');
      context = new Context(await this.#ready({ cells: { file: CELLS, token }, env: this.#env }), token);
      this.#contexts.set(name, context);
    }
    return new Cell(this, context, wasLost);
  }

  async #ready(options) {
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const child = new Child({ ...this.#way, session: this, ...options });
      if (options.cells === undefined) this.#next = child;
      if (await child.isReady) return child;
      child.destroy();
    }
    return giveUp('No process got ready.');
  }

  processes() {
    return processesBelow();
  }

  /** Bytes of memory that are no program's: of the interpreters, and of the process that a program is about to run in. */
  baseline(pid) {
    const own = pid === null ? 0 : (memoryOf(pid)?.now ?? 0);
    return own + this.#contexts.size * INTERPRETER_BYTES;
  }

  /**
   * Kills all but the interpreters, with what is below them, and the process of the next run; of the interpreters `lost` too.
   * Returns whether there was anything.
   * @param lost a context; null: none
   */
  killStrays(lost = null) {
    const contexts = [...this.#contexts.values()].filter((context) => context !== lost);
    const kept = [this.#next, ...contexts.map(({ child }) => child)];
    return this.#killAllBut(kept.filter((child) => child !== null && !child.hasExited));
  }

  /** Ends everything in it. */
  endBy(cause) {
    this.lost = cause;
    this.#killAllBut([]);
  }

  #killAllBut(children) {
    const found = processesBelow(new Set(children.map(({ pid }) => pid)));
    for (const pid of found) kill(pid, 'SIGKILL');
    return found.length > 0;
  }
}
