import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

/** A directory for the tests of one file, removed after them; gives paths within it, a new one each time. */
export function usePlace(): (name?: string) => string {
  const directory = mkdtempSync(join(tmpdir(), 'podline-sqlite-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  let count = 0;
  return (name = 'podline.db') => {
    count += 1;
    return join(directory, `${count}`, name);
  };
}

export function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
}
