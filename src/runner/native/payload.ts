/** Has a launcher that waits load more; comes before the payload. */
export const PREPARE = '\n';

/** A variable as submissions have it. */
export interface Variable {
  readonly name: string;
  readonly value: string;
}

/** What Python's launcher needs of a request. */
export interface PythonProgram {
  readonly fileName: string;
  readonly args: readonly string[];
  readonly payload: { readonly files: readonly { readonly path: string }[] };
  readonly input: { readonly isOpen: boolean };
}

/**
 * What Python's launcher reads (support/launcher.py): texts with a NUL between them, which none of them can hold. Whether
 * stdin is `open` or `closed`; then lists, each with its length before it: the command line, names and values of variables,
 * the paths of files.
 */
export function pythonPayload(
  { fileName, args, payload, input }: PythonProgram,
  env: readonly Variable[],
): string {
  const lists = [
    [fileName, ...args],
    env.map(({ name }) => name),
    env.map(({ value }) => value),
    payload.files.map(({ path }) => path),
  ];
  const words = lists.flatMap((list) => [String(list.length), ...list]);
  return [input.isOpen ? 'open' : 'closed', ...words].join('\0');
}
