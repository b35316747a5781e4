import { expect, test } from 'vitest';
import { groupNotes } from '../../src/console/server/languages.tsx';

test('notes are told once, those of most languages first', () => {
  const groups = groupNotes([
    { language: 'python', notes: ['own', 'all'] },
    { language: 'javascript', notes: ['all', 'of both'] },
    { language: 'typescript', notes: ['all', 'of both', 'types'] },
  ]);
  expect(groups).toEqual([
    { languages: ['python', 'javascript', 'typescript'], notes: ['all'] },
    { languages: ['javascript', 'typescript'], notes: ['of both'] },
    { languages: ['python'], notes: ['own'] },
    { languages: ['typescript'], notes: ['types'] },
  ]);
});
