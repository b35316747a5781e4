import { describe, expect, it } from 'vitest';
import { followOutput } from '../../../src/cli/connection/follow.ts';
import { CommandError, ServiceError } from '../../../src/cli/errors.ts';
import { openScriptedServer, type Script } from '../support/scripted-server.ts';

/** An event with the chunks `from` to `to`. */
function event(from: number, to: number, ended = false) {
  const chunks = [];
  for (let seq = from; seq <= to; seq++) chunks.push({ seq, stream: 'STDOUT', text: `${seq}\n`, at: '' });
  return {
    data: { output: { chunks, cursor: to, ended, execution: { status: ended ? 'SUCCEEDED' : 'RUNNING' } } },
  };
}

async function follow(
  script: Script,
  options: { refuseWith?: number; signal?: AbortSignal; apiKey?: string } = {},
) {
  await using server = await openScriptedServer(script, options.refuseWith);
  const seen: number[] = [];
  const endpoint = { url: server.url, apiKey: options.apiKey ?? null };
  let error: unknown = null;
  try {
    const signal = options.signal ?? new AbortController().signal;
    for await (const { chunks } of followOutput(endpoint, 'id', 0, signal))
      seen.push(...chunks.map(({ seq }) => seq));
  } catch (thrown) {
    error = thrown;
  }
  return { seen, error, attempts: server.attempts };
}

describe('followOutput goes on behind the last chunk seen', () => {
  it.each<[string, (socket: Parameters<Script>[0]) => void]>([
    ['the connection is cut', ({ socket }) => socket.terminate()],
    ['the server goes away', ({ socket }) => socket.close(1001, 'Going away')],
    ['the server restarts', ({ socket }) => socket.close(1012)],
    [
      'the store is away',
      ({ send }) => send('error', [{ message: 'Away.', extensions: { code: 'UNAVAILABLE' } }]),
    ],
    ['the subscription completes before its end', ({ send }) => send('complete')],
  ])('when %s', async (_name, interrupt) => {
    const cursors: number[] = [];
    const { seen, error } = await follow((subscription) => {
      cursors.push(subscription.after);
      if (subscription.attempt === 1) {
        subscription.send('next', event(1, 3));
        interrupt(subscription);
      } else if (subscription.attempt === 2) {
        interrupt(subscription);
      } else {
        subscription.send('next', event(4, 5, true));
        subscription.send('complete');
      }
    });
    expect({ seen, error, cursors }).toEqual({ seen: [1, 2, 3, 4, 5], error: null, cursors: [0, 3, 3] });
  });

  it('when a server that was suspended refuses the WebSocket', async () => {
    const { attempts } = await follow(() => {}, { refuseWith: 408, signal: AbortSignal.timeout(1000) });
    expect(attempts).toBeGreaterThan(1);
  });
});

describe('followOutput gives up at once', () => {
  it.each<[string, (socket: Parameters<Script>[0]) => void, string]>([
    [
      'the execution is unknown',
      ({ send }) => send('error', [{ message: 'No such.', extensions: { code: 'NOT_FOUND' } }]),
      'No such.',
    ],
    ['an event holds an error', ({ send }) => send('next', { errors: [{ message: 'Gone.' }] }), 'Gone.'],
    [
      'the key is refused',
      ({ socket }) => socket.close(4403, 'Forbidden'),
      'closed the WebSocket: Forbidden (4403).',
    ],
    ['a chunk is missing', ({ send }) => send('next', event(2, 3)), 'Expected output chunk 1, got 2.'],
  ])('when %s', async (_name, answer, message) => {
    const { error, attempts } = await follow(answer);
    expect(error).toBeInstanceOf(Error);
    expect(error instanceof CommandError || error instanceof ServiceError).toBe(true);
    expect(String(error)).toContain(message);
    expect(attempts).toBe(1);
  });

  it('when a chunk comes twice', async () => {
    const { seen, error } = await follow(({ send }) => {
      send('next', event(1, 2));
      send('next', event(2, 3));
    });
    expect(seen).toEqual([1, 2]);
    expect(String(error)).toContain('Expected output chunk 3, got 2.');
  });

  it('when the WebSocket is refused for good', async () => {
    const { error, attempts } = await follow(() => {}, { refuseWith: 403 });
    expect(String(error)).toContain('refused to open a WebSocket with HTTP status 403.');
    expect(attempts).toBe(1);
  });

  it('when it is told to stop, also while nothing comes', async () => {
    const controller = new AbortController();
    const { error } = await follow(() => controller.abort(new Error('Stopped.')), {
      signal: controller.signal,
    });
    expect(String(error)).toContain('Stopped.');
  });
});

it('sends the API key when the connection opens', async () => {
  const sent: unknown[] = [];
  await follow(
    ({ authorization, send }) => {
      sent.push(authorization);
      send('next', event(1, 1, true));
    },
    { apiKey: 'secret' },
  );
  expect(sent).toEqual(['Bearer secret']);
});
