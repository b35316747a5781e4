import { Writable } from 'node:stream';
import type { Logger } from '../../../src/executions/telemetry.ts';
import { createLogger } from '../../../src/server/log.ts';

/** The logger of the service, and the lines it has written. */
export function loggedLines(): {
  logger: Logger;
  lines: { level: string; msg: string }[];
  text: () => string;
} {
  const lines: { level: string; msg: string }[] = [];
  let text = '';
  const destination = new Writable({
    write(bytes: Buffer, _encoding, done) {
      text += bytes.toString();
      lines.push(JSON.parse(bytes.toString()));
      done();
    },
  });
  return { logger: createLogger('debug', destination), lines, text: () => text };
}
