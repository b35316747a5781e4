import { expect, it } from 'vitest';
import { nearMisses } from '../../src/config/near-misses.ts';

it.each([
  ['MAX_RUNING', 'MAX_RUNNING'],
  ['MAX_QUEUED_PER_CALER', 'MAX_QUEUED_PER_CALLER'],
  ['max_running', 'MAX_RUNNING'],
  ['MONGODB_URL', 'MONGODB_URI'],
  ['API_KEY', 'API_KEYS'],
  ['DATADIR', 'DATA_DIR'],
])('%s is nearly %s', (name, meant) => {
  expect(nearMisses({ PATH: '/bin', [name]: '3' })).toEqual([{ name, meant }]);
});

it.each([
  'MAX_RUNNING',
  'POST',
  'HOSTS',
  'HOSTNAME',
  'RUNNER_OS',
  'RUNTIME',
  'HTTP_PROXY',
  'KUBERNETES_SERVICE_HOST',
  'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
  'npm_lifecycle_event',
  'PODLINE_URL',
  'PODLINE_API_KEY',
])('%s is its own', (name) => {
  expect(nearMisses({ [name]: 'x' })).toEqual([]);
});

it('says nothing of a setting that is set as well', () => {
  expect(nearMisses({ MAX_RUNING: '3', MAX_RUNNING: '3' })).toEqual([]);
});
