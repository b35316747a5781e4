import { GRACE_MS } from './bounds.js';
import { CellStdin, FRAME, framed } from './context.js';

/** One cell, in the place of a program's process: it has ended when its interpreter says so on both of its streams, or is lost. */
export class Cell {
  session;
  scriptFile = null;
  stdin;
  stdout;
  stderr;
  exited;
  hasExited = false;
  /** Whether its interpreter is lost, or one of that name was lost before it. */
  isLost;
  #context;
  #number;
  #code = null;
  #streams = 2;
  #settle;

  constructor(session, context, wasLost) {
    this.session = session;
    this.isLost = wasLost;
    this.#context = context;
    context.number += 1;
    this.#number = context.number;
    this.stdin = new CellStdin(context);
    this.exited = new Promise((resolve) => {
      this.#settle = (exit) => {
        this.hasExited = true;
        resolve(exit);
      };
    });
    this.stdout = context.stdout.open((message) => this.#ended(message, context.stdout));
    this.stderr = context.stderr.open((message) => this.#ended(message, context.stderr));
    context.onExit = (exit) => {
      if (this.hasExited) return;
      this.isLost = true;
      this.#settle(exit);
    };
  }

  get pid() {
    return this.#context.child.pid;
  }

  get baseline() {
    return this.session.baseline(null);
  }

  processes() {
    return this.session.processes();
  }

  startCell({ code, fileName, args, env }) {
    const document = { number: this.#number, code, fileName, args, env };
    this.#context.send(framed(FRAME.cell, Buffer.from(JSON.stringify(document))));
    this.stdin.begin();
  }

  /** Ends it before it was begun. */
  abandon() {
    this.#context.stdout.end();
    this.#context.stderr.end();
    this.#settle({ code: 1, signal: null });
  }

  /** Whatever it was to be: an interrupt is what a cell understands. */
  signal() {
    if (!this.hasExited) this.#context.send(framed(FRAME.stdin));
  }

  /** What it has to end by itself once it was interrupted, milliseconds: a state is at stake. */
  graceOf(cause, graceMs) {
    return cause === 'output' || cause === 'disk' ? GRACE_MS : graceMs;
  }

  /** Its interpreter and what is below it, unless the cell ended well. */
  killAll() {
    return this.hasExited && !this.#context.hasExited ? false : this.session.killStrays(this.#context);
  }

  killRest() {
    this.#context.child.killRest();
  }

  destroy() {
    if (this.#context.hasExited) this.#context.child.destroy();
  }

  #ended({ number, exitCode }, output) {
    if (number !== this.#number) return;
    if (output === this.#context.stdout) this.#code = exitCode;
    output.end();
    this.#streams -= 1;
    if (this.#streams === 0 && !this.hasExited) this.#settle({ code: this.#code ?? 0, signal: null });
  }
}
