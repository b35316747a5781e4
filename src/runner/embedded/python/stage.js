import { HOME_DIRECTORY, PREFIX, WORK_DIRECTORY } from './interpreter.js';

/** What a program finds in its environment beside its own variables. */
const ENVIRONMENT = {
  PATH: `${PREFIX}/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin`,
  HOME: HOME_DIRECTORY,
  LANG: 'C.UTF-8',
  TMPDIR: '/tmp',
  USER: 'user',
  PWD: WORK_DIRECTORY,
};

/** Tells Python what it is to run: arguments, environment, where the program lies. `path`: from `writeFiles`. */
export function setStage(python, path, { fileName, args, env }) {
  const directory = path.slice(0, path.lastIndexOf('/'));
  const document = {
    fileName,
    args,
    directory,
    env: { ...ENVIRONMENT, ...Object.fromEntries(env.map(({ name, value }) => [name, value])) },
    ownFiles: python.FS.readdir(directory).map((name) => name.replace(/\.py$/, '')),
  };
  call(python, python.state.begin, JSON.stringify(document));
}

/** Writes the program and the files that came with it to the working directory; returns the program's path. */
export function writeFiles(FS, { fileName, code, files }) {
  const write = (name, content) => {
    const path = `${WORK_DIRECTORY}/${name}`;
    FS.mkdirTree(path.slice(0, path.lastIndexOf('/')));
    FS.writeFile(path, content);
    return path;
  };
  for (const { path, content } of files) write(path, Uint8Array.fromBase64(content));
  return write(fileName, code);
}

/** Calls a Python function with one string. */
function call(python, callable, argument) {
  const bytes = new TextEncoder().encode(argument);
  const memory = python._malloc(bytes.length + 1);
  python.HEAPU8.set(bytes, memory);
  const string = python._PyUnicode_FromStringAndSize(memory, bytes.length);
  python._free(memory);
  const result = python._PyObject_CallOneArg(callable, string);
  if (result === 0) {
    python._PyErr_Print();
    throw new Error('Expected the interpreter to take the program, got a Python exception');
  }
  python._Py_DecRef(result);
  python._Py_DecRef(string);
}
