import { findPackages } from '../packages.ts';
import { ensurePythonSnapshot, INSTALLED } from './snapshot.ts';

/**
 * Makes the snapshot that Python programs start from, unless it is there, beside the installed packages, where every
 * server of this checkout finds it. Resolves to its file; throws what `findPackages` and `ensurePythonSnapshot` throw.
 */
export function preparePython(): Promise<string> {
  return ensurePythonSnapshot({ dataDir: INSTALLED, packages: findPackages() });
}
