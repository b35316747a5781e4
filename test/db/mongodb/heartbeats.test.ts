import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { DriverHeartbeats, type HeartbeatSource } from '../../../src/db/mongodb/connection.ts';

/** A driver whose time-outs end a heartbeat after 10 s, or 20 s when it is awaited. */
function beating() {
  const options = { connectTimeoutMS: 5000, heartbeatFrequencyMS: 10_000 };
  const client = Object.assign(new EventEmitter(), { options });
  const clock = { now: 0 };
  const heartbeats = new DriverHeartbeats(client as unknown as HeartbeatSource, () => clock.now);
  const begin = (connectionId: string, awaited = false) =>
    client.emit('serverHeartbeatStarted', { connectionId, awaited });
  return { client, clock, heartbeats, begin };
}

it('is overdue when the driver should have given up on a response', () => {
  const { clock, heartbeats, begin } = beating();
  expect(heartbeats.isOverdue).toBe(false);
  begin('a:1');
  clock.now = 10_000;
  expect(heartbeats.isOverdue).toBe(false);
  clock.now = 13_000;
  expect(heartbeats.isOverdue).toBe(true);
});

it('allows for what a server may hold back when the response is awaited', () => {
  const { clock, heartbeats, begin } = beating();
  begin('a:1', true);
  clock.now = 20_000;
  expect(heartbeats.isOverdue).toBe(false);
  clock.now = 23_000;
  expect(heartbeats.isOverdue).toBe(true);
});

it.each([
  ['serverHeartbeatSucceeded', { connectionId: 'a:1' }],
  ['serverHeartbeatFailed', { connectionId: 'a:1' }],
  ['serverClosed', { address: 'a:1' }],
])('is over with %s, for that server alone', (event, told) => {
  const { client, clock, heartbeats, begin } = beating();
  begin('a:1');
  clock.now = 60_000;
  client.emit(event, told);
  expect(heartbeats.isOverdue).toBe(false);
  begin('b:1');
  begin('a:1');
  clock.now = 120_000;
  client.emit(event, told);
  expect(heartbeats.isOverdue).toBe(true);
});
