import { joinedPython } from '../../../kubernetes/launchers/source.ts';

/** In the order in which they are joined: a part uses those before it. */
const PARTS = ['messages.py', 'output.py', 'display.py', 'libraries.py', 'cells.py'];

/**
 * What runs cells in any Python, without what reads them: the text of one module.
 * @throws when a part cannot be read
 */
export function pythonCellsLibrary(): string {
  return joined(PARTS);
}

/**
 * What runs cells in a Python that is a process, the text of one program. Its argument is the token of its messages.
 * @throws when a part cannot be read
 */
export function pythonCells(): string {
  return joined([...PARTS, 'process.py']);
}

function joined(names: readonly string[]): string {
  return joinedPython(names.map((name) => new URL(name, import.meta.url)));
}
