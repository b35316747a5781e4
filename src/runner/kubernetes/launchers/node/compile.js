/** What would end a program, and what a compile step that it ends had too much of. */
const PROBLEMS = { timeout: 'time', memory: 'memory', output: 'output' };

/** What comes before a program that is compiled, with bounds of its own. It runs until its exit code is known or it is ended. */
export class CompileStep {
  limits;
  #began = performance.now();
  #printed = 0;
  #durationMs = null;
  #code = null;
  #problem = null;

  constructor(limits) {
    this.limits = limits;
  }

  get runs() {
    return this.#durationMs === null;
  }

  /** Ends it for what would end a program; returns the cause that this is to the execution. */
  end(cause) {
    this.#stopClock();
    this.#problem = PROBLEMS[cause] ?? null;
    return this.#problem === null ? cause : 'compile';
  }

  /** Its compiler has ended with that code; false when it was ended before. */
  ended(code) {
    if (!this.runs) return false;
    this.#stopClock();
    this.#code = code;
    return true;
  }

  /** Counts what it printed; whether that is too much. */
  printsTooMuch(bytes) {
    this.#printed += bytes;
    return this.#printed > this.limits.outputBytes;
  }

  /** Whether it has made a program. */
  get hasSucceeded() {
    return this.#code === 0;
  }

  fields() {
    this.#stopClock();
    return { exitCode: this.#code, durationMs: this.#durationMs, problem: this.#problem };
  }

  #stopClock() {
    this.#durationMs ??= Math.round(performance.now() - this.#began);
  }
}
