import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Execution } from '../../service/support/executions.ts';
import type { Attempt } from './attempt.ts';
import { composeJavascript, composePython, type Outcome, type Reach, readOutcomes } from './reach/reach.ts';
import { Bed, type Language } from './support/bed.ts';

/** What is made in one kind of sandbox. */
export interface Attempts {
  readonly reach: readonly Reach[];
  readonly attempts: readonly Attempt[];
}

const COMPOSE = { python: composePython, javascript: composeJavascript } as const;

/** Everything that is tried in pods of one kind, on one server, and what it must leave alone. */
export function describeAttempts(
  purpose: string,
  template: object,
  languages: { readonly [language in Language]: Attempts },
): void {
  let bed: Bed;
  beforeAll(async () => {
    bed = await Bed.open(purpose, template);
  });
  afterAll(() => bed?.[Symbol.asyncDispose]());

  describe.each(['python', 'javascript'] as const)('%s', (language) => {
    const { reach, attempts } = languages[language];
    describe('what it cannot reach', () => describeReach(() => bed, language, reach));
    describe('what harms nobody but itself', () => describeOwn(() => bed, language, attempts));
  });

  test('nobody else was harmed', () => bed.unharmed());
}

/** All go into one run. */
function describeReach(bed: () => Bed, language: Language, reach: readonly Reach[]): void {
  let run: Execution;
  let outcomes: Map<string, Outcome>;
  beforeAll(async () => {
    const code = COMPOSE[language](reach, await bed().place());
    // A word that stands nowhere but in what the run was given.
    const args = [`word-${randomBytes(8).toString('hex')}`];
    run = await bed().run(language, code, { args });
    outcomes = readOutcomes(run.output);
  });

  test.each(reach)('$name', ({ name, refusal }) => {
    const outcome = outcomes.get(name);
    if (outcome === undefined) throw new Error(`Expected an outcome, got ${JSON.stringify(run)}`);
    expect(outcome).toMatchObject({ reached: false, detail: expect.stringMatching(refusal) });
  });
}

/** Attempts of a language at once: as many as run beside a neighbour, and one that is being cleaned up after. */
const AT_ONCE = 4;

/** Each is a run of its own, several of them at once. */
function describeOwn(bed: () => Bed, language: Language, attempts: readonly Attempt[]): void {
  let made: Map<Attempt, Promise<void>>;
  beforeAll(() => {
    const lanes = Array.from({ length: AT_ONCE }, () => Promise.resolve());
    made = new Map();
    for (const [index, attempt] of attempts.entries()) {
      const one = (lanes[index % AT_ONCE] ?? Promise.resolve()).then(() => bed().make(language, attempt));
      made.set(attempt, one);
      // Its own test tells that it failed; those behind it go on.
      lanes[index % AT_ONCE] = one.catch(() => {});
    }
  });

  test.each(attempts)('$name', async (attempt) => {
    await made.get(attempt);
  });
}
