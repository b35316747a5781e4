import type { LauncherName } from '../../languages/language.ts';
import { nodeCells } from '../../local/cells/javascript/source.ts';
import { joinedPython } from './source.ts';

const PYTHON = ['../../local/cells/cells.py', '../../native/support/cells.py'];

/**
 * The text of what runs cells in an interpreter that a launcher keeps, one file.
 * @throws when a part cannot be read
 */
export function cellsSource(launcher: LauncherName): string {
  return launcher === 'javascript'
    ? nodeCells()
    : joinedPython(PYTHON.map((name) => new URL(name, import.meta.url)));
}
