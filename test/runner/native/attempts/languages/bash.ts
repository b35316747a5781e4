import type { Attempt } from '../attempt.ts';

/** As `composeC`, in bash. */
export function composeBash(attempts: readonly Attempt[]): string {
  const calls = attempts.map(({ name, code }) => `attempt ${quote(name)} ${quote(code.bash ?? '')}`);
  return `attempt() {
  local detail reached
  if detail=$(timeout -k 1 3 bash -c "$2" 2>&1 </dev/null); then reached=true; else reached=false; fi
  detail=\${detail//[^A-Za-z0-9 .,:_\\/=-]/ }
  printf '\\n@attempt {"name":"%s","reached":%s,"detail":"%s"}\\n' "$1" "$reached" "\${detail:0:400}"
}
${calls.join('\n')}
`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
