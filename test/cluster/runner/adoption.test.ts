import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UnavailableError } from '../../../src/executions/errors.ts';
import type { Runner } from '../../../src/executions/runner.ts';
import { ObservedRun } from '../../contract/runner/run.ts';
import { TestNamespace } from '../support/namespace.ts';
import { openRunner } from '../support/runner.ts';
import { until } from '../support/until.ts';

const COUNTS = `
import time
for number in range(40):
    print(number, flush=True)
    time.sleep(0.05)
`;
const ALL = Array.from({ length: 40 }, (_, number) => `${number}\n`).join('');

describe('what another process goes on with', () => {
  let namespace: TestNamespace;
  let runner: Runner;
  beforeAll(async () => {
    namespace = await TestNamespace.create('adoption');
    runner = await openRunner(namespace, { warm: { python: 1 } });
  });
  afterAll(async () => {
    await runner[Symbol.asyncDispose]();
    await namespace[Symbol.asyncDispose]();
  });

  test('what a stopped one had is read on, every line once', async () => {
    const first = await openRunner(namespace, { warm: {} });
    const run = new ObservedRun(first, 'python', COUNTS);
    await run.printed('5\n');
    await first[Symbol.asyncDispose]();
    await expect(run.outcome).resolves.toEqual({ kind: 'detached' });
    const adopted = run.adoptedBy(runner);
    await adopted.endsBy('EXITED');
    expect(adopted.text()).toBe(ALL);
    expect(adopted.chunks.map(({ seq }) => seq)).toEqual(adopted.chunks.map((_, index) => index + 1));
  });

  test('also when it ended meanwhile', async () => {
    const first = await openRunner(namespace, { warm: {} });
    const run = new ObservedRun(first, 'python', COUNTS);
    await run.printed('5\n');
    await first[Symbol.asyncDispose]();
    const name = run.places[0]?.pod ?? '';
    await until(
      // It prints before its node tells that it runs; until then there is no log to be had.
      () => namespace.core.readNamespacedPodLog({ name, namespace: namespace.name }).catch(String),
      (log) => log.includes('"type":"end"'),
    );
    const adopted = run.adoptedBy(runner);
    await adopted.endsBy('EXITED');
    expect(adopted.text()).toBe(ALL);
  });

  test('what was bound and not given is given to that very pod', async () => {
    const first = await openRunner(namespace, { warm: {} });
    const onPlaced = () => run.stop('INTERRUPTED');
    const run = new ObservedRun(first, 'python', COUNTS, { onPlaced });
    await expect(run.outcome).resolves.toEqual({ kind: 'detached' });
    await first[Symbol.asyncDispose]();
    expect(run.starts).toEqual([]);
    const adopted = run.adoptedBy(runner);
    await adopted.endsBy('EXITED');
    expect(adopted.text()).toBe(ALL);
    expect(adopted.starts.map(({ runner: where }) => where.podUid)).toEqual([run.places[0]?.podUid]);
  });

  test('one whose launcher has left before it was given goes back to the queue, and its pod is given up', async () => {
    const first = await openRunner(namespace, { warm: {} });
    const onPlaced = () => run.stop('INTERRUPTED');
    const run = new ObservedRun(first, 'python', COUNTS, { onPlaced });
    await expect(run.outcome).resolves.toEqual({ kind: 'detached' });
    await first[Symbol.asyncDispose]();
    const [place] = run.places;
    // A launcher that nobody talks to goes after a minute.
    await until(
      () => namespace.pods(),
      (pods) =>
        pods.some(({ metadata, status }) => metadata?.uid === place?.podUid && status?.phase === 'Succeeded'),
      150_000,
    );
    await expect(run.adoptedBy(runner).outcome).resolves.toMatchObject({ kind: 'notStarted' });
    if (place !== undefined) runner.release(place);
    await until(
      () => namespace.pods(),
      (pods) => !pods.some(({ metadata }) => metadata?.uid === place?.podUid),
    );
  }, 200_000);

  test('one whose pod is gone is lost', async () => {
    const first = await openRunner(namespace, { warm: {} });
    const run = new ObservedRun(first, 'python', COUNTS);
    await run.printed('1\n');
    await first[Symbol.asyncDispose]();
    await runner.remove({ id: randomUUID(), runner: run.starts[0]?.runner ?? null });
    await until(
      () => namespace.pods(),
      (pods) => !pods.some(({ metadata }) => metadata?.uid === run.places[0]?.podUid),
    );
    await expect(run.adoptedBy(runner).end).rejects.toThrow('Expected a run that can be adopted, got none');
  });

  test('one that was not bound was not started', async () => {
    const run = new ObservedRun(runner, 'python', COUNTS);
    run.stop('CANCELLED');
    await run.end;
    expect(run.places).toEqual([]);
    await expect(run.adoptedBy(runner).outcome).resolves.toMatchObject({ kind: 'notStarted' });
  });

  describe('removal', () => {
    test('deletes Job and pod, and may be repeated', async () => {
      const run = new ObservedRun(runner, 'python', 'print("x")');
      await run.endsBy('EXITED');
      const ended = { id: randomUUID(), runner: run.starts[0]?.runner ?? null };
      await runner.remove(ended);
      await runner.remove(ended);
      await until(
        () => namespace.pods(),
        (pods) => !pods.some(({ metadata }) => metadata?.uid === ended.runner?.podUid),
      );
      await runner.remove({ id: randomUUID(), runner: null });
    });

    test('that the cluster does not allow is said, and made up for', async () => {
      const run = new ObservedRun(runner, 'python', 'print("x")');
      await run.endsBy('EXITED');
      const ended = { id: randomUUID(), runner: run.starts[0]?.runner ?? null };
      const role = await namespace.rights();
      const withoutDelete = role.map((rule) => ({
        ...rule,
        verbs: rule.verbs.filter((verb) => verb !== 'delete'),
      }));
      await namespace.grant(withoutDelete);
      await until(
        () =>
          runner.remove(ended).then(
            () => null,
            (error: unknown) => error,
          ),
        (error) => error instanceof UnavailableError,
      ).finally(() => namespace.grant(role));
      await until(
        async () => (await namespace.jobs()).map(({ metadata }) => metadata?.name),
        (names) => !names.includes(ended.runner?.job ?? ''),
      );
    });
  });
});
