import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { Runner } from '../../src/executions/runner.ts';
import { openRunner } from '../runner/embedded/attempts/runner.ts';
import { describePrograms } from './check.ts';
import { EXCEPTIONS } from './exceptions.ts';

let dataDir: string;
let runner: Runner;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'podline-native-'));
  runner = await openRunner({ dataDir, warm: { python: 1, javascript: 1 } });
});
afterAll(async () => {
  await runner[Symbol.asyncDispose]();
  rmSync(dataDir, { recursive: true, force: true });
});

describePrograms('embedded', () => runner, EXCEPTIONS);
