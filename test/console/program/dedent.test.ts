import { expect, test } from 'vitest';
import { dedent } from '../../../src/console/program/dedent.ts';

test.each([
  ['what every line begins with goes', '    if x:\n        y()\n\n    z()\n', 'if x:\n    y()\n\nz()\n'],
  ['tabs too', '\tif x:\n\t\ty()', 'if x:\n\ty()'],
  ['lines with fewer blanks only than that become empty', '    a\n  \n    b', 'a\n\nb'],
  ['only what is the same in all', '    a\n\tb', '    a\n\tb'],
  ['a line at the beginning keeps the others where they are', 'def f():\n    g()', 'def f():\n    g()'],
  ['nothing of nothing', '  \n', '  \n'],
])('%s', (_what, text, expected) => {
  expect(dedent(text)).toBe(expected);
});
