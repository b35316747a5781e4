import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

/** Every page but the history, which may name files that are gone. */
const PAGES = globSync('**/*.md', { cwd: ROOT, exclude: (path) => /(^|\/)(node_modules|\..+)$/.test(path) })
  .filter((page) => page !== 'CHANGELOG.md')
  .sort();

/** A path of this repository as prose names it: `src/app.ts`, `test/cluster`. */
const NAMED_PATH = /`((?:src|test|docs|bench|chaos|tools|k8s|terraform|examples)\/[\w./-]+|\.ci\/run)`/g;
const LINK = /\]\(([^)\s]+)\)/g;

describe.each(PAGES)('%s', (page) => {
  const text = withoutCode(readFileSync(join(ROOT, page), 'utf8'));
  const directory = dirname(join(ROOT, page));

  it('links only to what is there', () => {
    const links = [...text.matchAll(LINK)].map(([, target = '']) => target);
    expect(links.filter((target) => isBroken(target, join(ROOT, page), directory))).toEqual([]);
  });

  it('names only files that are there', () => {
    const named = [...text.matchAll(NAMED_PATH)].map(([, path = '']) => path);
    expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});

it('finds the pages, and what is broken on one', () => {
  expect(PAGES).toContain('README.md');
  const page = join(ROOT, 'README.md');
  const targets = ['ARCHITECTURE.md', '#more', 'docs/cli.md#the-podline-command', 'nothing.md', '#nothing'];
  expect(targets.filter((target) => isBroken(target, page, ROOT))).toEqual(['nothing.md', '#nothing']);
});

/** Whether a link goes to no file of this repository, or to no heading of its page. Links to elsewhere are not tried. */
function isBroken(target: string, page: string, directory: string): boolean {
  if (/^[a-z]+:/.test(target)) return false;
  const [path = '', heading] = target.split('#');
  const file = path === '' ? page : join(directory, path);
  if (relative(ROOT, file).startsWith('..') || !existsSync(file)) return true;
  return heading !== undefined && file.endsWith('.md') && !headingsOf(file).includes(heading);
}

/** The anchors of a page as GitHub makes them. */
function headingsOf(file: string): string[] {
  return [...withoutCode(readFileSync(file, 'utf8')).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Fenced blocks hold examples, not links. */
function withoutCode(text: string): string {
  return text.replace(/^( *)```[\s\S]*?^\1```$/gm, '');
}
