/** What all random choices follow from: with the same seed the same bytes are sent. `EDGE_SEED`, default 1. */
export const SEED = number('EDGE_SEED', 1);
/**
 * How many times the short run's requests are sent. `EDGE_TIMES`, default 1, which is within a minute for all of it; 12 sends
 * 18,000 requests over HTTP and 8,000 messages over WebSocket.
 */
export const TIMES = number('EDGE_TIMES', 1);

function number(name: string, fallback: number): number {
  const text = process.env[name] ?? String(fallback);
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`Expected ${name} to be a whole number above 0, got ${JSON.stringify(text)}.`);
}

/** How long a test that sends at random may take, milliseconds: an upper bound for a machine that hangs. */
export const TIMEOUT_MS = 60_000 + 60_000 * TIMES;
