const STDIN = '/dev/stdin';

/**
 * Lets Node's `fs` read the program's input by its name, `/dev/stdin`, as descriptor 0: in the sandbox there is no such
 * file, and Deno would ask for a permission. Only for a program that has the name in its `source`.
 */
export function openStdinByName(source) {
  if (!source.includes(STDIN)) return;
  const fs = process.getBuiltinModule('node:fs');
  const { readFileSync, readFile, openSync, createReadStream, existsSync } = fs;
  const { readFile: readFilePromise } = fs.promises;
  const place = (path) => (path === STDIN ? 0 : path);
  fs.readFileSync = (path, ...rest) => readFileSync(place(path), ...rest);
  fs.readFile = (path, ...rest) => readFile(place(path), ...rest);
  fs.openSync = (path, ...rest) => (path === STDIN ? 0 : openSync(path, ...rest));
  fs.existsSync = (path) => path === STDIN || existsSync(path);
  fs.promises.readFile = async (path, ...rest) =>
    path === STDIN ? readFileSync(0, ...rest) : readFilePromise(path, ...rest);
  fs.createReadStream = (path, options) =>
    path === STDIN
      ? createReadStream('', { ...(typeof options === 'string' ? { encoding: options } : options), fd: 0 })
      : createReadStream(path, options);
}
