import * as fs from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { DRAIN_MS, GRACE_MS, HELD_BYTES, KILL_AGAIN_MS, KILL_SOON_MS, SAMPLE_MS } from './bounds.js';
import { environment, typeScriptFlags } from './child.js';
import { Chunker } from './chunker.js';
import { CompileStep } from './compile.js';
import { Disk } from './disk.js';
import { Feed } from './feed.js';
import { OutputFiles } from './files.js';
import { writeFile, writeGiven } from './given.js';
import { Meter } from './meter.js';
import { directory } from './start.js';

/** Signals by which V8 ends its process, running out of memory among the reasons, and what it says then. */
const CRASHES = ['SIGABRT', 'SIGTRAP', 'SIGILL', 'SIGSEGV', 'SIGBUS'];
const OUT_OF_MEMORY = /out of memory|Allocation failed/i;
/** Characters of stderr kept to tell such a crash by. */
const LAST_WORDS = 4000;

/** One program from its payload to its end. */
export class Run {
  #child;
  #outlet;
  #payload;
  #chunker;
  #meter;
  #disk;
  #startedTime = performance.now();
  #wallMs = null;
  #cause = null;
  #lastWords = '';
  #timers = [];
  #killTimer = null;
  #killDue = Number.POSITIVE_INFINITY;
  #isPaused = false;
  /** Interrupts that were requested, and those of them that the program has had. */
  #interrupts = 0;
  #delivered = 0;
  #hasBegun = false;
  /** The step before a program that is compiled. */
  #compile = null;
  /** Its stdin: the pipe may fill before the program reads. */
  feed;
  /** What it leaves. */
  files;

  constructor(child, outlet, payload) {
    this.#child = child;
    this.#outlet = outlet;
    this.#payload = payload;
    this.files = new OutputFiles(payload.id, directory, payload.outputFiles ?? []);
    // In a session the directory has what was there before.
    if (payload.run !== undefined) this.files.mark();
    this.feed = new Feed(payload, child.stdin, (taken) => outlet.taken(taken));
    this.#chunker = new Chunker(outlet, payload.limits.outputBytes, () => {
      this.stop('output', 0);
      // What comes now would only be dropped.
      child.stdout.destroy();
      child.stderr.destroy();
    });
  }

  /** Resolves when the program has ended to what was given to the outlet as its `end`. */
  async toItsEnd() {
    const child = this.#child;
    this.#disk = new Disk(() => child.processes());
    const problem = writeFiles(this.#payload, child, this.files);
    this.#meter = this.#newMeter();
    const drained = Promise.all([this.#pump(1, child.stdout), this.#pump(2, child.stderr)]);
    // Whoever finds no `start` in the log may run the program elsewhere.
    await Promise.race([
      this.#outlet.start({ type: 'start', id: this.#payload.id, at: Date.now() }),
      child.exited,
    ]);
    this.#startedTime = performance.now();
    if (problem !== null) this.#fail(problem);
    else if (this.#cause !== null && child.startCell !== undefined) child.abandon();
    else if (!child.hasExited) this.#startProgram();
    this.#timers = [this.#timeLimit(), setInterval(() => this.#sample(), SAMPLE_MS)];
    this.#outlet.onRoom = () => this.#pauseOrResume();

    const exit = await child.exited;
    this.#wallMs = Math.round(performance.now() - this.#startedTime);
    for (const timer of [...this.#timers, this.#killTimer]) clearTimeout(timer);
    this.#disk.close();
    await this.#drain(drained);
    this.#chunker.end();
    this.files.begin(this.#compile === null ? this.#hasBegun : this.#compile.hasSucceeded);
    const end = this.#endFrame(problem === null ? exit : { code: 1, signal: null });
    this.#outlet.end(end);
    return end;
  }

  /** Goes on looking for what it left, after its end. */
  async lookForFiles() {
    for (; this.files.isLooking; this.files.proceed()) await new Promise(setImmediate);
    this.#outlet.flush();
  }

  /** SIGTERM, and SIGKILL after the grace; the cause counts unless there is one already. */
  stop(cause, graceMs) {
    if (this.#wallMs !== null && cause !== 'output') return;
    if (this.#compile?.runs) {
      this.#cause ??= this.#compile.end(cause);
      return this.#child.killAll();
    }
    this.#cause ??= cause;
    const grace = this.#child.graceOf?.(cause, graceMs) ?? graceMs;
    if (grace === 0) return this.#child.killAll();
    if (this.#killDue === Number.POSITIVE_INFINITY) this.#child.signal('SIGTERM');
    // A repeated stop gives no more time.
    const due = performance.now() + grace;
    if (due >= this.#killDue) return;
    this.#killDue = due;
    clearTimeout(this.#killTimer);
    this.#killTimer = setTimeout(() => this.#child.killAll(), grace);
  }

  /** SIGINT when there are requests that the program has not had; one that has not begun gets it when it does. */
  interrupt(requested) {
    this.#interrupts = Math.max(this.#interrupts, requested);
    if (!this.#hasBegun || this.#delivered === this.#interrupts) return;
    this.#delivered = this.#interrupts;
    this.#child.signal('SIGINT');
  }

  #startProgram() {
    const { fileName, args, files, env, script } = this.#payload;
    if (this.#child.startCell !== undefined) {
      this.#child.startCell(this.#payload);
      return this.#begun();
    }
    if (script !== undefined) return this.#startScript(this.#payload);
    const own = Object.entries(environment()).map(([name, value]) => ({ name, value }));
    const isTypeScript = [fileName, ...files.map(({ path }) => path)].some((name) => /\.[cm]?ts$/.test(name));
    this.#child.become({
      file: join(directory, fileName),
      args,
      env: [...own, ...env],
      isTypeScript,
      // Node's own processes that the program forks get these.
      execArgv: isTypeScript ? typeScriptFlags() : [],
    });
    this.#begun();
  }

  #startScript({ script, compile }) {
    const { scriptFile } = this.#child;
    fs.writeFileSync(scriptFile, `rm -f ${scriptFile}\n${script}`);
    if (compile === undefined) this.#begun();
    else {
      this.#compile = new CompileStep(compile);
      this.#child.onCompiled((code) => void this.#compiled(code));
    }
    this.#child.proceed();
  }

  /** The script waits for the word to start the program, and is told it when all that the compiler printed is read. */
  async #compiled(code) {
    if (!this.#compile.ended(code)) return;
    if (code !== 0) {
      this.#cause ??= 'compile';
      return this.#child.killAll();
    }
    for (let turn = 0; turn < 2; turn++) await new Promise(setImmediate);
    this.files.mark();
    this.#meter = this.#newMeter();
    clearTimeout(this.#timers[0]);
    this.#timers[0] = this.#timeLimit();
    this.#startedTime = performance.now();
    this.#child.proceed();
    this.#begun();
  }

  #begun() {
    this.#hasBegun = true;
    this.interrupt(this.#interrupts);
    this.#payload = { id: this.#payload.id, limits: this.#payload.limits };
  }

  /** Of what runs now. */
  #timeLimit() {
    const { timeoutMs } = this.#limits;
    return setTimeout(() => this.stop('timeout', GRACE_MS), timeoutMs);
  }

  get #limits() {
    return this.#compile?.runs ? this.#compile.limits : this.#payload.limits;
  }

  /** The program could not be written: as good as a program that says so and exits. */
  #fail(problem) {
    this.#chunker.push(2, Buffer.from(`${problem}\n`));
    if (this.#child.startCell === undefined) this.#child.killAll();
    else this.#child.abandon();
  }

  #pump(stream, pipe) {
    return new Promise((resolveEnd) => {
      pipe.on('data', (bytes) => {
        if (bytes.parts !== undefined) return this.#chunker.display(bytes);
        if (stream === 2) this.#lastWords = (this.#lastWords + bytes.toString('latin1')).slice(-LAST_WORDS);
        this.#chunker.push(stream, bytes);
        // After it has gone out: it takes a millisecond.
        if (this.#meter.peakMb === null) this.#meter.sample();
        if (this.#compile?.runs && this.#compile.printsTooMuch(bytes.length)) this.stop('output', 0);
        this.#pauseOrResume();
      });
      pipe.once('close', resolveEnd);
      pipe.on('error', () => pipe.destroy());
    });
  }

  /** What is in the pipes when the program has ended is little, and is read whatever is held. */
  #pauseOrResume() {
    const isPaused = this.#outlet.heldBytes > HELD_BYTES && this.#wallMs === null;
    if (isPaused === this.#isPaused) return;
    this.#isPaused = isPaused;
    for (const pipe of [this.#child.stdout, this.#child.stderr]) {
      if (isPaused) pipe.pause();
      else pipe.resume();
    }
  }

  /** Ends all else, and reads on until nobody can write any more. */
  async #drain(drained) {
    let hasStrays = this.#child.killAll();
    this.#pauseOrResume();
    const until = performance.now() + DRAIN_MS;
    const again = setInterval(() => this.#child.killAll(), KILL_AGAIN_MS);
    const giveUp = setTimeout(() => {
      this.#child.stdout.destroy();
      this.#child.stderr.destroy();
    }, DRAIN_MS);
    await drained;
    clearInterval(again);
    clearTimeout(giveUp);
    while (hasStrays && performance.now() < until) {
      await sleep(KILL_SOON_MS);
      hasStrays = this.#child.killAll();
    }
    if (hasStrays) this.#child.killRest();
    this.#child.destroy();
  }

  #newMeter() {
    return new Meter(this.#child.pid, () => this.#child.processes(), this.#child.baseline);
  }

  #sample() {
    this.#meter.sample();
    if (this.#meter.hasMoreThan(this.#limits.memoryMb)) this.stop('memory', 0);
    if (this.#disk.sample()) this.stop('disk', 0);
  }

  #endFrame({ code, signal }) {
    const cause = this.#cause ?? this.#ownCause(signal);
    return {
      type: 'end',
      last: this.#outlet.last,
      cause,
      exitCode: cause === 'exit' ? code : null,
      signal: cause === 'signal' ? signal : null,
      wallMs: this.#wallMs,
      cpuMs: this.#meter.cpuMs(),
      maxMemoryMb: this.#meter.peakMb,
      truncated: this.#chunker.isTruncated,
      ...(this.#compile === null ? {} : { compile: this.#compile.fields() }),
      ...(this.#child.session !== null && { stateLost: this.#child.isLost === true }),
      ...this.files.fields(),
    };
  }

  /** Why a program ended that nobody ended. */
  #ownCause(signal) {
    if (signal === null) return 'exit';
    if (this.#meter.hasMoreThan(this.#payload.limits.memoryMb)) return 'memory';
    if (signal === 'SIGKILL' && this.#meter.wasOom()) return 'memory';
    return CRASHES.includes(signal) && OUT_OF_MEMORY.test(this.#lastWords) ? 'memory' : 'signal';
  }
}

/** Writes the program, if it has a file, and its files, which `outputFiles` then knows; returns what went wrong, or null. */
function writeFiles({ fileName, code, files }, { startCell }, outputFiles) {
  const problem = writeGiven(files) ?? (startCell === undefined ? writeFile(fileName, code) : null);
  const paths = [...files.map(({ path }) => path), ...(startCell === undefined ? [fileName] : [])];
  if (problem === null)
    for (const path of paths) outputFiles.give(relative(directory, resolve(directory, path)));
  return problem;
}
