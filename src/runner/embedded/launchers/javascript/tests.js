/**
 * Runs the tests of `node:test` and `Deno.test`, which Deno runs in its test command only: elsewhere they would be dropped
 * and the program end with 0, whatever is in them. Reported as Node does; a failure is exit code 1.
 */

const marks = { passed: '✔', failed: '✖', skipped: '﹣', suite: '▶' };
/** Our own frames, which belong in no report. */
const OWN_FRAME = new RegExp(`^.*${import.meta.url.replace(/[^/]*$/, '')}.*\n?`, 'gm');

class Tests {
  #queue = [];
  #isRunning = false;
  /** Tests that have begun and not ended, the innermost last. */
  #begun = [];
  #counts = { passed: 0, failed: 0, skipped: 0 };
  #failures = [];
  #began = performance.now();
  #hooks = { beforeAll: [], beforeEach: [], afterEach: [], afterAll: [] };

  /** As `Deno.test`, which `node:test` calls for each of its own. */
  add(test) {
    if (!this.#isRunning) void this.#runQueue();
    this.#queue.push(test);
  }

  addHook(name, hook) {
    this.#hooks[name].push(typeof hook === 'function' ? hook : hook.fn);
  }

  async #runQueue() {
    this.#isRunning = true;
    addEventListener('error', (event) => this.#failCurrent(event, event.error));
    addEventListener('unhandledrejection', (event) => this.#failCurrent(event, event.reason));
    addEventListener('unload', () => this.#end());
    // The program's own statements come first, as far as they wait for nothing.
    await undefined;
    for (let test = this.#queue.shift(); test !== undefined; test = this.#queue.shift()) {
      await this.#hook('beforeAll', true);
      await this.#hook('beforeEach');
      await this.#run(test, 0);
      await this.#hook('afterEach');
      // One more may be added by what waited for this one.
      if (this.#queue.length === 0) await new Promise((resolve) => setTimeout(resolve));
    }
    await this.#hook('afterAll', true);
    this.#isRunning = false;
  }

  async #hook(name, isOnce = false) {
    for (const hook of isOnce ? this.#hooks[name].splice(0) : this.#hooks[name]) await hook();
  }

  /** Resolves to whether it passed or was skipped. */
  async #run({ name, fn, ignore }, depth, parent) {
    if (ignore) {
      this.#report('skipped', name, depth, '# SKIP');
      return true;
    }
    const test = { name, depth, error: undefined, hasFailed: false, hasSteps: false, isStep: depth > 0 };
    const fail = (error) => {
      if (!test.hasFailed) Object.assign(test, { hasFailed: true, error });
    };
    this.#begun.push({ test, fail });
    const began = performance.now();
    try {
      await fn(this.#context(test, fail, parent));
    } catch (error) {
      fail(error);
    }
    this.#begun.splice(
      this.#begun.findIndex((begun) => begun.test === test),
      1,
    );
    this.#finish(test, performance.now() - began);
    return !test.hasFailed;
  }

  #finish(test, milliseconds) {
    if (test.hasFailed) this.#failures.push(test);
    this.#report(
      test.hasFailed ? 'failed' : 'passed',
      test.name,
      test.depth,
      `(${milliseconds.toFixed(3)}ms)`,
    );
  }

  /** What Deno gives to a test's function. */
  #context(test, fail, parent) {
    let failed = 0;
    const context = {
      name: test.name,
      origin: Deno.mainModule,
      parent,
      step: async (step, fn) => {
        if (!test.hasSteps) print(`${indent(test.depth)}${marks.suite} ${test.name}`);
        test.hasSteps = true;
        const given = typeof step === 'object' ? step : { name: step.name ?? step, fn: fn ?? step };
        const named = typeof step === 'string' ? { name: step, fn } : given;
        const passed = await this.#run(named, test.depth + 1, context);
        if (!passed) fail(new Error(`${++failed} subtest${failed === 1 ? '' : 's'} failed`));
        return passed;
      },
    };
    return context;
  }

  #failCurrent(event, error) {
    const current = this.#begun.at(-1);
    if (current === undefined) return;
    event.preventDefault();
    current.fail(error);
  }

  #report(result, name, depth, remark) {
    this.#counts[result] += 1;
    print(`${indent(depth)}${marks[result]} ${name} ${remark}`);
  }

  /** The summary, when nothing is left to do: what has not ended by now never will. */
  #end() {
    for (const { test, fail } of this.#begun.splice(0).reverse()) {
      fail(new Error('Promise resolution is still pending but the event loop has already resolved'));
      this.#finish(test, performance.now() - this.#began);
    }
    for (const { name } of this.#queue.splice(0)) {
      const error = new Error('The test was not run: the program ended before');
      this.#finish({ name, depth: 0, error, hasFailed: true }, 0);
    }
    const { passed, failed, skipped } = this.#counts;
    print(`ℹ tests ${passed + failed + skipped}\nℹ pass ${passed}\nℹ fail ${failed}\nℹ skipped ${skipped}`);
    print(`ℹ duration_ms ${(performance.now() - this.#began).toFixed(3)}`);
    if (failed === 0) return;
    print('\n✖ failing tests:');
    for (const { name, error } of this.#failures) print(`\n✖ ${name}\n${quote(error)}`);
    Deno.exitCode ||= 1;
  }
}

const indent = (depth) => '  '.repeat(depth);
/** As it is before a program may have put another in its place. */
const print = console.log;

function quote(error) {
  return Deno.inspect(error, { colors: false }).replace(OWN_FRAME, '').trimEnd().replace(/^/gm, '  ');
}

/** Puts a `Deno.test` in place that runs what it is given. */
export function runTests() {
  let tests;
  const add = (given, overrides = {}) => {
    tests ??= new Tests();
    tests.add({ ...named(given), ...overrides });
  };
  const test = (...given) => add(given);
  test.only = test;
  test.ignore = test.skip = (...given) => add(given, { ignore: true });
  for (const name of ['beforeAll', 'beforeEach', 'afterEach', 'afterAll']) {
    test[name] = (hook) => {
      tests ??= new Tests();
      tests.addHook(name, hook);
    };
  }
  Object.defineProperty(Deno, 'test', { value: test, configurable: true, enumerable: true, writable: true });
}

/** `(name, fn)`, `(fn)`, `(options)`, `(name, options, fn)` or `(options, fn)`. */
function named(given) {
  const name = given.find((each) => typeof each === 'string');
  const options = given.find((each) => typeof each === 'object' && each !== null);
  const fn = given.find((each) => typeof each === 'function') ?? options?.fn;
  return { ...options, name: name ?? options?.name ?? fn?.name ?? '', fn };
}
