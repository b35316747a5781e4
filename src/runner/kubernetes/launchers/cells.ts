import type { LauncherName } from '../../languages/language.ts';
import { nodeCells } from '../../local/cells/javascript/source.ts';
import { pythonCells } from '../../local/cells/python/source.ts';

/**
 * The text of what runs cells in an interpreter that a launcher keeps, one file.
 * @throws when a part cannot be read
 */
export function cellsSource(launcher: LauncherName): string {
  return launcher === 'javascript' ? nodeCells() : pythonCells();
}
