import { ensureSyntaxTree } from '@codemirror/language';
import { EditorState } from '@codemirror/state';
import { highlightTree } from '@lezer/highlight';
import { expect, test } from 'vitest';
import { highlighting } from '../../../src/console/program/editor-theme.ts';
import { firstExample } from '../../../src/console/program/examples.ts';
import { supportFor } from '../../../src/console/program/highlighting.ts';
import { LANGUAGES } from '../../../src/runner/languages/languages.ts';

/** How many stretches of the text have a colour, and how many colours there are. */
function coloured(doc: string, language: string): [stretches: number, colours: number] {
  const state = EditorState.create({ doc, extensions: supportFor(language) });
  const tree = ensureSyntaxTree(state, doc.length, 5000);
  const classes: string[] = [];
  if (tree) highlightTree(tree, highlighting, (_from, _to, name) => classes.push(name));
  return [classes.length, new Set(classes).size];
}

test.each(LANGUAGES.map(({ name }) => name))('a program in %s has colours', (language) => {
  const code = firstExample(language);
  expect(code).not.toBe('');
  const [stretches, colours] = coloured(code, language);
  expect(stretches).toBeGreaterThan(5);
  expect(colours).toBeGreaterThan(2);
});

test('a language that nobody knows here is plain text', () => {
  expect(coloured('if x then y', 'klingon')).toEqual([0, 0]);
});
