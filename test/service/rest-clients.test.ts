import { EventSource } from 'eventsource';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCuttingProxy } from './support/cutting-proxy.ts';
import { ended, submit } from './support/executions.ts';
import { linesProgram, linesText, Received, WATCH } from './support/output.ts';
import { base64, post } from './support/post.ts';
import { openService, type TestService } from './support/service.ts';

const LINES = 12;
const TEXT = linesText(LINES);

let service: TestService;
beforeAll(async () => {
  service = await openService({ WARM: 'javascript=2,python=0' });
});
afterAll(() => service[Symbol.asyncDispose]());

const submitLines = (): Promise<string> =>
  submit(service.url, { code: linesProgram(LINES, 40), language: 'javascript' });

/** Seen while it ran, each chunk once, to the end. */
function expectWatchedLive(received: Received): void {
  expect(received.text).toBe(TEXT);
  // Apollo Client adds `__typename`.
  expect(received.end).toMatchObject({ status: 'SUCCEEDED', endReason: 'EXITED' });
  expect(received.firstStatus).toBe('RUNNING');
}

describe('EventSource', () => {
  /** Watches by the REST route as a page does: whatever is cut is resumed by the EventSource itself. */
  function watchByEventSource(url: string): Promise<{ received: Received; resumedAfter: (string | null)[] }> {
    const resumedAfter: (string | null)[] = [];
    const source = new EventSource(url, {
      fetch: (input, init) => {
        resumedAfter.push(new Headers(init.headers).get('last-event-id'));
        return fetch(input, init);
      },
    });
    const received = new Received();
    return new Promise((resolve, reject) => {
      source.addEventListener('message', ({ data }) => {
        try {
          received.add(JSON.parse(data).chunks);
        } catch (error) {
          source.close();
          reject(error);
        }
      });
      source.addEventListener('end', ({ data }) => {
        source.close();
        const { status, end_reason: endReason } = JSON.parse(data);
        received.end = { status, endReason };
        resolve({ received, resumedAfter });
      });
    });
  }

  test('watches /result/<id>/stream to its end', async () => {
    const id = await submitLines();
    const { received, resumedAfter } = await watchByEventSource(`${service.url}/result/${id}/stream`);
    expect(received.text).toBe(TEXT);
    expect(received.end).toEqual({ status: 'success', endReason: 'EXITED' });
    expect(resumedAfter).toEqual([null]);
  });

  test('goes on by itself after a cut, with Last-Event-ID', async () => {
    // The first connection is cut within its third piece, behind what it brought of the lines; the next carries all.
    const numbers = [2.5 / 6, 0.5];
    await using proxy = await openCuttingProxy(service.url, () => numbers.shift() ?? 0.99);
    const id = await submit(service.url, { code: linesProgram(60, 20), language: 'javascript' });
    const { received, resumedAfter } = await watchByEventSource(`${proxy.url}/result/${id}/stream`);
    expect(proxy.cuts).toBeGreaterThan(0);
    expect(resumedAfter[0]).toBeNull();
    expect(Number(resumedAfter[1])).toBeGreaterThan(0);
    expect(received.text).toBe(linesText(60));
    expect(received.end).toEqual({ status: 'success', endReason: 'EXITED' });
  });

  test('subscribes over GET, as it must', async () => {
    const id = await submitLines();
    const query = new URLSearchParams({ query: WATCH, variables: JSON.stringify({ id }) });
    const source = new EventSource(`${service.url}/graphql?${query}`);
    const received = new Received();
    await new Promise<void>((resolve) => {
      source.addEventListener('next', ({ data }) => received.addEvent(JSON.parse(data).data.output));
      source.addEventListener('complete', () => resolve());
    });
    source.close();
    expectWatchedLive(received);
  });
});

describe('a client of the Flask service', () => {
  test('submits, polls, reads and cleans up over REST', async () => {
    const code = linesProgram(3, 10);
    const submitted = await post(`${service.url}/execute`, { code: base64(code), language: 'javascript' });
    expect(submitted.status).toBe(200);
    const { execution_id: id, message }: { execution_id: string; message: string } = await submitted.json();
    expect(message).toBe('Job submitted successfully.');

    const seen: string[] = [];
    let result: Record<string, unknown>;
    do {
      const response = await fetch(`${service.url}/result/${id}`);
      expect(response.status).toBe(200);
      result = await response.json();
      seen.push(String(result['status']));
      await new Promise((resolve) => setTimeout(resolve, 20));
    } while (result['status'] === 'queued' || result['status'] === 'running');
    expect(result).toMatchObject({
      execution_id: id,
      code,
      output: linesText(3),
      status: 'success',
      exit_code: 0,
      end_reason: 'EXITED',
    });
    expect(result).not.toHaveProperty('error');
    expect(new Date(String(result['timestamp'])).toISOString()).toBe(result['timestamp']);

    for (const _again of [1, 2]) {
      const cleaned = await fetch(`${service.url}/cleanup/${id}`, { method: 'DELETE' });
      expect(cleaned.status).toBe(200);
      expect(await cleaned.json()).toEqual({ message: `Job ${id} cleaned up.` });
    }
    expect((await fetch(`${service.url}/result/${id}`)).status).toBe(200);
  });

  test('sees a failed program as failed, with the error', async () => {
    const code = base64('console.error("no"); process.exit(3)');
    const submitted = await post(`${service.url}/execute`, { code, language: 'javascript' });
    const { execution_id: id }: { execution_id: string } = await submitted.json();
    await ended(service.url, id);
    const result: Record<string, unknown> = await (await fetch(`${service.url}/result/${id}`)).json();
    expect(result).toMatchObject({ status: 'failed', output: 'no\n', exit_code: 3, end_reason: 'EXITED' });
    expect(result['error']).toMatch(/3/);
  });

  test('asks for the health', async () => {
    const response = await fetch(`${service.url}/health`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ status: 'healthy' });
  });
});
