import { expect, test } from 'vitest';
import { DocumentCache } from '../../../src/server/graphql/document-cache.ts';

const kept = (cache: DocumentCache<number>, documents: readonly string[]): string[] =>
  documents.filter((document) => cache.get(document) !== undefined);

test('the documents used last are kept, up to a number', () => {
  const cache = new DocumentCache<number>();
  const documents = Array.from({ length: 600 }, (_, index) => `{ f${index} }`);
  cache.set(documents[0] ?? '', 0);
  for (const document of documents.slice(1)) {
    cache.set(document, 1);
    cache.get(documents[0] ?? '');
  }
  expect(kept(cache, documents)).toEqual([documents[0], ...documents.slice(-499)]);
});

test('long documents push out more than one; one that is too long is not kept', () => {
  const cache = new DocumentCache<number>();
  const documents = Array.from({ length: 40 }, (_, index) => `{ f${index} }`.padEnd(8192));
  for (const document of documents) {
    cache.set(document, 1);
    cache.set(document, 2);
  }
  expect(kept(cache, documents)).toEqual(documents.slice(-16));
  cache.set(' '.repeat(8193), 1);
  expect(cache.get(' '.repeat(8193))).toBeUndefined();
});
