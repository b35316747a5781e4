import { describe, expect, test } from 'vitest';
import { AlreadyEndedError, NotFoundError, UnavailableError } from '../../src/executions/errors.ts';
import { contextOf, errorsOf, executionOf, ID, run } from './fake.ts';

const FIELDS = '__typename ... on UserError { code message }';

describe.each(['cancel', 'cleanup'] as const)('%s', (name) => {
  const success = name === 'cancel' ? 'CancelSuccess' : 'CleanupSuccess';
  const source = `mutation($id: ID!) { ${name}(id: $id) { ${FIELDS} ... on ${success} { execution { id status } } } }`;

  test('answers with the execution', async () => {
    const got: string[] = [];
    const context = contextOf({
      [name]: async (caller: string, id: string) => {
        got.push(caller, id);
        return executionOf();
      },
    });
    const { data } = await run(source, context, { id: ID });
    expect(got).toEqual(['key:ada', ID]);
    expect(data).toEqual({ [name]: { __typename: success, execution: { id: ID, status: 'RUNNING' } } });
  });

  test('an unknown id is a value', async () => {
    const context = contextOf({ [name]: () => Promise.reject(new NotFoundError('unknown')) });
    const { data } = await run(source, context, { id: ID });
    expect(data).toEqual({ [name]: { __typename: 'NotFoundError', code: 'NOT_FOUND', message: 'unknown' } });
  });

  test('a malformed id is a value that says what an id looks like', async () => {
    const { data } = await run(source, contextOf(), { id: '../etc' });
    expect(data).toEqual({
      [name]: {
        __typename: 'NotFoundError',
        code: 'NOT_FOUND',
        message: 'Expected the id of an execution, a UUID in lower case, got "../etc".',
      },
    });
  });

  test('a service that is away is a top-level error', async () => {
    const context = contextOf({ [name]: () => Promise.reject(new UnavailableError('closing')) });
    expect(errorsOf(await run(source, context, { id: ID }))).toEqual([
      { code: 'UNAVAILABLE', message: 'closing' },
    ]);
  });

  test('nobody may not', async () => {
    expect(errorsOf(await run(source, contextOf({}, null), { id: ID }))[0]?.code).toBe('UNAUTHENTICATED');
  });
});

test('cancelling what has ended is a value', async () => {
  const context = contextOf({ cancel: () => Promise.reject(new AlreadyEndedError('it is FAILED')) });
  const { data } = await run(`mutation { cancel(id: "${ID}") { ${FIELDS} } }`, context);
  expect(data).toEqual({
    cancel: { __typename: 'AlreadyEndedError', code: 'ALREADY_ENDED', message: 'it is FAILED' },
  });
});

test('cleanup says what was done, as the REST route does', async () => {
  const context = contextOf({ cleanup: async () => executionOf() });
  const { data } = await run(
    `mutation { cleanup(id: "${ID}") { ... on CleanupSuccess { message } } }`,
    context,
  );
  expect(data).toEqual({ cleanup: { message: `Job ${ID} cleaned up.` } });
});
