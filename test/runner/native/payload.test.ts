import { expect, test } from 'vitest';
import { type PythonProgram, pythonPayload } from '../../../src/runner/native/payload.ts';

test('a program for Python is texts with a NUL between them, each list with its length before it', () => {
  const program: PythonProgram = {
    fileName: 'main.py',
    args: ['a\nb', ''],
    payload: { files: [{ path: 'wörd/x.py' }] },
    input: { isOpen: true },
  };
  const env = [
    { name: 'HOME', value: '/program' },
    { name: 'EMPTY', value: '' },
  ];
  expect(pythonPayload(program, env).split('\0')).toEqual(
    ['open', '3', 'main.py', 'a\nb', ''].concat(
      ['2', 'HOME', 'EMPTY', '2', '/program', ''],
      ['1', 'wörd/x.py'],
    ),
  );
});
