import { readFile, writeFile } from 'node:fs/promises';
import { printSchema } from 'graphql';
import { buildSchema } from './schema.ts';

/** `npm run schema` writes schema.graphql; with `--check` it writes nothing and exits 1 when the file is out of date. */
const file = new URL('../../schema.graphql', import.meta.url);
const text = `${printSchema(buildSchema())}\n`;

if (!process.argv.includes('--check')) {
  await writeFile(file, text);
} else if ((await readFile(file, 'utf8').catch(() => null)) !== text) {
  console.error('schema.graphql is not what src/schema makes; run `npm run schema` and commit it.');
  process.exitCode = 1;
}
