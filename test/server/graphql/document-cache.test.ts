import { expect, test } from 'vitest';
import { openDocumentCache } from '../../../src/server/graphql/yoga.ts';

const kept = (cache: ReturnType<typeof openDocumentCache>, documents: readonly string[]): string[] =>
  documents.filter((document) => cache.get(document) !== undefined);

test('the documents used last are kept, up to a number', () => {
  const cache = openDocumentCache();
  const documents = Array.from({ length: 600 }, (_, index) => `{ f${index} }`);
  cache.set(documents[0] ?? '', { value: 0 });
  for (const document of documents.slice(1)) {
    cache.set(document, { value: 1 });
    cache.get(documents[0] ?? '');
  }
  expect(kept(cache, documents)).toEqual([documents[0], ...documents.slice(-499)]);
});

test('long documents push out more than one; one that is too long is not kept', () => {
  const cache = openDocumentCache();
  const documents = Array.from({ length: 40 }, (_, index) => `{ f${index} }`.padEnd(8192));
  for (const document of documents) {
    cache.set(document, { value: 1 });
    cache.set(document, { value: 2 });
  }
  expect(kept(cache, documents)).toEqual(documents.slice(-16));
  cache.set(' '.repeat(8193), { value: 1 });
  expect(cache.get(' '.repeat(8193))).toBeUndefined();
});
