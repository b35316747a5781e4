import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { DOCUMENT_LENGTH, DOCUMENT_LINES } from '../../../src/bounds.ts';
import { exceedsDocument } from '../../../src/server/graphql/document.ts';

const LONG = 'x'.repeat(DOCUMENT_LENGTH);

test.each([
  ['a name', `{ ${LONG} }`],
  ['a comment', `#${LONG}"""\n{ a }`],
  ['white space', `{ a ${' '.repeat(DOCUMENT_LENGTH)} }`],
  ['many comments that hold quotes', `{ a ${'# " \n'.repeat(DOCUMENT_LENGTH / 4)} }`],
  ['a number', `{ a(b: ${'1'.repeat(DOCUMENT_LENGTH)}) }`],
])('%s counts', (_what, document) => {
  expect(exceedsDocument(document)).toMatch(/at most 102400 characters beside its strings, got more/);
});

test.each([
  ['a string', `{ a(b: "${LONG}${LONG}") }`],
  ['a string with escaped quotes', `{ a(b: "\\"${LONG}\\\\") c(d: "${LONG}") }`],
  ['a block string', `{ a(b: """${LONG}"${LONG}""${LONG}\\"""${LONG}""") }`],
  ['a block string that ends with a backslash', `{ a(b: """${LONG}\\\n""" c: "${LONG}") }`],
  ['an empty string before another', `{ a(b: "", c: """""", d: "${LONG}") }`],
])('%s does not', (_what, document) => {
  expect(() => parse(document)).not.toThrow();
  expect(exceedsDocument(document)).toBeNull();
});

test.each([
  ['line breaks of a block string', `{ a(b: """${'\n'.repeat(DOCUMENT_LINES + 1)}x""") }`],
  ['carriage returns of a block string', `{ a(b: """${'\r'.repeat(DOCUMENT_LINES + 1)}x""") }`],
  ['escapes of a block string', `{ a(b: """${'\\"""'.repeat(DOCUMENT_LINES + 1)}""") }`],
  ['escapes of a string', `{ a(b: "${'\\n'.repeat(DOCUMENT_LINES + 1)}") }`],
])('%s are bounded', (_what, document) => {
  expect(exceedsDocument(document)).toMatch(/at most 50000 line breaks and escapes.*use a variable/);
});

test.each([
  ['that is not ended', `{ a(b: "${LONG}`],
  ['of a block that is not ended', `{ a(b: """${LONG}`],
  ['that a line break ends', `{ a(b: "${LONG}\n") }`],
])('a string %s is left to the parser', (_what, document) => {
  expect(exceedsDocument(document)).toBeNull();
  expect(() => parse(document)).toThrow('Syntax Error');
});
