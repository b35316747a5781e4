/** Without the white space that every line but the empty ones begins with: a program copied out of an indented place. */
export function dedent(text: string): string {
  const lines = text.split('\n');
  const full = lines.filter((line) => line.trim() !== '');
  const common = full.reduce<string | null>((prefix, line) => {
    const own = /^[ \t]*/.exec(line)?.[0] ?? '';
    return prefix === null ? own : commonPrefix(prefix, own);
  }, null);
  if (!common) return text;
  return lines.map((line) => (line.startsWith(common) ? line.slice(common.length) : line.trim())).join('\n');
}

function commonPrefix(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return a.slice(0, length);
}
