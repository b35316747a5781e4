import { expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';

const ENDPOINT = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const HEADERS = 'OTEL_EXPORTER_OTLP_HEADERS';

test('a collector is named by the variables that OpenTelemetry has for it', () => {
  const tracing = (env: Record<string, string>) => readConfig(env).tracing;
  expect(tracing({ [ENDPOINT]: 'http://collector:4318/' })).toEqual({
    endpoint: 'http://collector:4318',
    headers: {},
    serviceName: 'podline',
  });
  expect(
    tracing({
      [ENDPOINT]: 'https://traces.example/otlp',
      [HEADERS]: 'Authorization=Bearer%20abc=, x-tenant=us',
      OTEL_SERVICE_NAME: 'programs',
    }),
  ).toEqual({
    endpoint: 'https://traces.example/otlp',
    headers: { authorization: 'Bearer abc=', 'x-tenant': 'us' },
    serviceName: 'programs',
  });
  // Without an endpoint there is nobody to send them to.
  expect(tracing({ [HEADERS]: 'x=y' })).toBeNull();
});

test.each([
  'collector:4318',
  'grpc://collector:4317',
  'http://me:secret@collector',
  'http://collector/?key=secret',
])('an endpoint like %s is refused without being repeated', (address) => {
  expect(() => readConfig({ [ENDPOINT]: address })).toThrow(/^OTEL_EXPORTER_OTLP_ENDPOINT: expected an http/);
  expect(() => readConfig({ [ENDPOINT]: address })).not.toThrow('secret');
});

test.each(['secret', 'x=', 'a b=secret', 'x=secret%0a', 'x=secret%'])(
  'headers like %s are refused',
  (given) => {
    const read = () => readConfig({ [ENDPOINT]: 'http://collector:4318', [HEADERS]: `x-tenant=us,${given}` });
    expect(read).toThrow(/entry 2$/);
    expect(read).not.toThrow('secret');
  },
);
