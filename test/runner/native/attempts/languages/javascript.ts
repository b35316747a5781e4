import type { Attempt } from '../attempt.ts';

/** As `composeC`, in JavaScript: one after the other in one process. */
export function composeJavascript(attempts: readonly Attempt[]): string {
  const functions = attempts.map(
    ({ name, code }) => `[${JSON.stringify(name)}, async () => {\n${code.javascript}\n}]`,
  );
  return `const { env } = process;
const fs = require('node:fs');
const net = require('node:net');
const { once } = require('node:events');
const report = (outcome) => fs.writeSync(1, '\\n@attempt ' + JSON.stringify(outcome) + '\\n');
process.on('uncaughtException', () => {});
(async () => {
  for (const [name, attempt] of [${functions.join(',\n')}]) {
    let timer;
    const patience = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error('No answer')), 2000); });
    try {
      const reached = await Promise.race([attempt(), patience]);
      report({ name, reached: true, detail: String(reached).slice(0, 500) });
    } catch (error) {
      report({ name, reached: false, detail: String(error).slice(0, 500) });
    }
    clearTimeout(timer);
  }
  process.exit(0);
})();
`;
}
