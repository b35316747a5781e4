/** What a status or event may contribute to a message, characters. */
const LENGTH = 300;

/** A cluster's words as the end of a sentence: on one line, bounded, with one full stop. */
export function sentence(text: string): string {
  const line = text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .replace(/[.\s]+$/, '');
  const cut = line.length <= LENGTH ? line : `${line.slice(0, LENGTH - 1).toWellFormed()}…`;
  return `${cut}.`;
}
