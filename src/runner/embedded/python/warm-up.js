import { setStage, writeFiles } from './program.js';

/** Py_file_input, and the flag with which Python closes the file it has read. */
const FILE_INPUT = 257;
const CLOSE_FILE = 1;

/**
 * Does what every program does, with its output dropped and in a namespace of its own, so that V8 has compiled those
 * parts of the interpreter before a program comes.
 */
export function warmUp(python) {
  const { FS } = python;
  const path = writeFiles(FS, { fileName: 'warm_up.py', code: python.state.warmUp, files: [] });
  python.isWarmingUp = true;
  setStage(python, path, { fileName: 'warm_up.py', args: ['a'], env: [] });
  const namespace = python._PyDict_New();
  const text = (value) => python.stringToNewUTF8(value);
  const file = python._fopen(text(path), text('rb'));
  const result = python._PyRun_FileExFlags(file, text(path), FILE_INPUT, namespace, namespace, CLOSE_FILE, 0);
  if (result === 0) python._PyErr_Clear();
  python._Py_DecRef(namespace);
  python.isWarmingUp = false;
  FS.unlink(path);
  for (const name of FS.readdir('/tmp')) if (!name.startsWith('.')) FS.unlink(`/tmp/${name}`);
  if (result === 0) throw new Error('Expected the warm-up to end well, got a Python exception');
}
