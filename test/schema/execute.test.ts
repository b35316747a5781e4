import { GraphQLError } from 'graphql';
import { describe, expect, test } from 'vitest';
import {
  IdempotencyConflictError,
  InvalidInputError,
  QueueFullError,
  StoreUnavailableError,
  UnsupportedLanguageError,
} from '../../src/executions/errors.ts';
import type { ExecuteInput } from '../../src/executions/input/input.ts';
import { contextOf, errorsOf, executionOf, ID, run } from './fake.ts';

const EXECUTE = `mutation($input: ExecuteInput!) {
  execute(input: $input) {
    __typename
    ... on ExecuteSuccess { execution { id status } }
    ... on UserError { code message }
    ... on InvalidInputError { field }
    ... on UnsupportedLanguageError { supported }
    ... on QueueFullError { retryAfterMs }
    ... on IdempotencyConflictError { executionId }
  }
}`;

function failing(error: unknown) {
  return contextOf({ execute: () => Promise.reject(error) });
}

describe('execute', () => {
  test('hands the input over with the defaults of the contract', async () => {
    const got: unknown[] = [];
    const context = contextOf({
      execute: async (caller, input) => {
        got.push(caller, structuredClone({ ...input }));
        return executionOf({ status: 'QUEUED' });
      },
    });
    const result = await run(EXECUTE, context, { input: { code: 'print(1)' } });
    expect(result).toEqual({
      data: { execute: { __typename: 'ExecuteSuccess', execution: { id: ID, status: 'QUEUED' } } },
    });
    const expected: ExecuteInput = {
      code: 'print(1)',
      encoding: 'UTF8',
      language: null,
      args: [],
      stdin: '',
      stdinOpen: false,
      outputFiles: ['**'],
      files: [],
      env: [],
      labels: [],
    };
    expect(got).toEqual(['key:ada', expected]);
  });

  test('hands over everything that was given', async () => {
    const got: ExecuteInput[] = [];
    const context = contextOf({
      execute: async (_caller, input) => {
        got.push(input);
        return executionOf();
      },
    });
    const input = {
      code: 'cHJpbnQoMSk=',
      encoding: 'BASE64',
      language: 'javascript',
      fileName: 'a.cjs',
      args: ['x'],
      stdin: 'in',
      stdinOpen: true,
      outputFiles: ['*.csv'],
      files: [{ path: 'data.txt', content: 'AA==', encoding: 'BASE64' }],
      env: [{ name: 'A', value: 'b' }],
      limits: { timeoutMs: 5, memoryMb: 6, cpuMillis: 7, outputBytes: null },
      idempotencyKey: 'once',
      labels: [{ name: 'team', value: 'red' }],
    };
    await run(EXECUTE, context, { input });
    expect(JSON.parse(JSON.stringify(got))).toEqual([input]);
  });

  test.each([
    [new InvalidInputError('code', 'empty'), { field: 'code', code: 'INVALID_INPUT' }],
    [
      new UnsupportedLanguageError('no such', ['python']),
      { supported: ['python'], code: 'UNSUPPORTED_LANGUAGE' },
    ],
    [new QueueFullError('full', 1500), { retryAfterMs: 1500, code: 'QUEUE_FULL' }],
    [new IdempotencyConflictError('other', ID), { executionId: ID, code: 'IDEMPOTENCY_CONFLICT' }],
  ])('%s is a value', async (error, fields) => {
    const { data, errors } = await run(EXECUTE, failing(error), { input: { code: '' } });
    expect(errors).toBeUndefined();
    expect(data?.execute).toEqual({ __typename: error.name, message: error.message, ...fields });
  });

  test('a store that is away is a top-level error', async () => {
    const result = await run(EXECUTE, failing(new StoreUnavailableError('disk full')), {
      input: { code: '1' },
    });
    expect(result.data).toBeNull();
    expect(errorsOf(result)).toEqual([{ code: 'UNAVAILABLE', message: 'disk full' }]);
    // The edge masks errors that go back to anything but a GraphQLError.
    const original = result.errors?.[0]?.originalError;
    expect(original).toBeInstanceOf(GraphQLError);
    expect(original).toMatchObject({ originalError: undefined, cause: expect.any(StoreUnavailableError) });
  });

  test('anything unexpected stays itself, for the edge to mask', async () => {
    const defect = new TypeError('secret');
    const result = await run(EXECUTE, failing(defect), { input: { code: '1' } });
    expect(result.errors?.[0]?.originalError).toBe(defect);
    expect(errorsOf(result)).toEqual([{ code: undefined, message: 'secret' }]);
  });

  test('nobody may not', async () => {
    const result = await run(EXECUTE, contextOf({}, null), { input: { code: '1' } });
    expect(errorsOf(result)[0]?.code).toBe('UNAUTHENTICATED');
  });
});
