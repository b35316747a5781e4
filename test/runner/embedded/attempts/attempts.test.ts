import { afterAll, beforeAll, describe } from 'vitest';
import type { Runner } from '../../../../src/executions/runner.ts';
import { WAYS, type Way } from '../../ways.ts';
import type { Attempt } from './attempt.ts';
import { CAPABILITIES } from './capabilities.ts';
import { type Compose, composeJavascript, composeJavascriptInPython, composePython } from './compose.ts';
import { describeAttemptsAt, ROOM_MB } from './describe.ts';
import { Host } from './host.ts';
import { python } from './python/attempts.ts';
import { openRunner } from './runner.ts';

let host: Host;
let runner: Runner;

beforeAll(async () => {
  host = await Host.open();
  runner = await openRunner({ dataDir: host.view.dataDir, memoryMb: ROOM_MB });
});

afterAll(async () => {
  await runner[Symbol.asyncDispose]();
  await host[Symbol.asyncDispose]();
});

describe.each(Object.entries(CAPABILITIES))('in javascript: %s', (_, attempts) => {
  describeAttempts('javascript', attempts, composeJavascript);
});

describe('in typescript: files', () => {
  describeAttempts('typescript', CAPABILITIES['files'] ?? [], composeJavascript);
});

describe('in python', () => {
  describeAttempts('python', python, composePython);
});

describe.each(Object.entries(CAPABILITIES))(
  'in python, through the JavaScript around it: %s',
  (_, attempts) => {
    describeAttempts('python', attempts, composeJavascriptInPython);
  },
);

describe.each(WAYS.filter((way) => way !== 'by itself'))('%s', (way) => {
  describe.each(Object.entries(CAPABILITIES))('in javascript: %s', (_, attempts) => {
    describeAttempts('javascript', attempts, composeJavascript, way);
  });

  describe('in python', () => {
    describeAttempts('python', python, composePython, way);
  });
});

function describeAttempts(
  language: string,
  attempts: readonly Attempt[],
  compose: Compose,
  way: Way = 'by itself',
): void {
  describeAttemptsAt(() => ({ host, runner }), { language, attempts, compose, way });
}
