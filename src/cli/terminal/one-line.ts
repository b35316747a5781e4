/**
 * Text on one line, its control characters written out as `\n`, `\u001b`, …: labels, arguments and messages come from
 * others, and must not move a terminal's cursor.
 */
export function oneLine(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => SHORT[character] ?? writeOut(character));
}

const SHORT: { readonly [character: string]: string | undefined } = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function writeOut(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
