import type { Reporter, TestCase } from 'vitest/node';

/**
 * A Vitest reporter: after a run, names the tests that needed a retry, with how many and how they ended. A retry that
 * nobody sees hides a flaky test. Prints nothing when no test needed one.
 */
export class RetriesReporter implements Reporter {
  readonly #print: (text: string) => void;
  readonly #retried: TestCase[] = [];

  constructor(print: (text: string) => void = (text) => console.log(text)) {
    this.#print = print;
  }

  onTestCaseResult(test: TestCase): void {
    if ((test.diagnostic()?.retryCount ?? 0) > 0) this.#retried.push(test);
  }

  onTestRunEnd(): void {
    const retried = this.#retried.splice(0);
    if (retried.length === 0) return;
    this.#print(['Tests that needed a retry:', ...retried.map(describe)].join('\n'));
  }
}

function describe(test: TestCase): string {
  const retries = test.diagnostic()?.retryCount ?? 0;
  const times = retries === 1 ? '1 retry' : `${retries} retries`;
  return `  ${test.result().state} after ${times}: ${test.module.relativeModuleId} > ${test.fullName}`;
}
