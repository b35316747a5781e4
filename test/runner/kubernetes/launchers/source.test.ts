import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { launcherSource } from '../../../../src/runner/kubernetes/launchers/source.ts';

const FOLDERS = { python: 'python', javascript: 'node' } as const;

describe.each(['python', 'javascript'] as const)('the text of the %s launcher', (launcher) => {
  const folder = new URL(
    `../../../../src/runner/kubernetes/launchers/${FOLDERS[launcher]}/`,
    import.meta.url,
  );
  const source = launcherSource(launcher);
  const names = [...source.matchAll(/^(?:#|\/\/) launchers\/(\w+)\/([\w-]+\.\w+)$/gm)]
    // Others are shared with the hosts of one machine.
    .filter(([, part]) => part === FOLDERS[launcher])
    .map(([, , name]) => name ?? '');

  test('holds every part once', () => {
    const parts = readdirSync(folder).filter((name) => !name.endsWith('.d.ts'));
    expect([...names].sort()).toEqual(parts.sort());
  });

  test('imports nothing of its own, and each part takes from those before it alone', () => {
    expect(source).not.toMatch(/^from \.|from '\.|^export /m);
    for (const [index, name] of names.entries()) {
      const text = readFileSync(new URL(name, folder), 'utf8');
      const imported = [...text.matchAll(/^from \.(\w+) import|from '\.\/([\w-]+)\.js'/gm)];
      for (const [, python, node] of imported) {
        const other = python === undefined ? `${node}.js` : `${python}.py`;
        expect([name, names.slice(0, index)]).toEqual([name, expect.arrayContaining([other])]);
      }
    }
  });

  test('is in parts that a person can read', () => {
    for (const name of names) {
      const lines = readFileSync(new URL(name, folder), 'utf8').split('\n').length;
      expect([name, lines < 300]).toEqual([name, true]);
    }
  });

  test('fits a ConfigMap many times', () => {
    expect(Buffer.byteLength(source)).toBeLessThan(192 * 1024);
  });
});
