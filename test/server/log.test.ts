import { expect, test } from 'vitest';
import { createLogger } from '../../src/server/log.ts';

test('a line is JSON with level and time, and secrets are left out wherever they stand', () => {
  const lines: string[] = [];
  const logger = createLogger('info', { write: (line) => void lines.push(line) });
  logger.debug({}, 'not this one');
  logger.info(
    { executionId: 'x', code: 'SECRET', input: { stdin: 'SECRET', env: [{ value: 'SECRET' }] } },
    'submitted',
  );
  logger.error(
    {
      request: { authorization: 'SECRET', headers: { cookie: 'SECRET' } },
      err: Object.assign(new Error('no'), { code: 'EADDRINUSE' }),
    },
    'failed',
  );
  logger.error({ err: null }, 'thrown');
  expect(lines).toHaveLength(3);
  expect(lines.join('')).not.toContain('SECRET');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'info', executionId: 'x', msg: 'submitted' });
  expect(JSON.parse(lines[1] ?? '').err).toMatchObject({ message: 'no', errorCode: 'EADDRINUSE' });
  expect(JSON.parse(lines[0] ?? '').time).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
});
