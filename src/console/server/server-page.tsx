import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ServerHealth } from '../api/operations.ts';
import { sleep } from '../api/outage.ts';
import { request } from '../api/request.ts';
import type { HealthStatus, ServerHealthQuery } from '../generated/graphql.ts';
import { loadRuntimes, runtimes } from '../runtimes.ts';
import { duration } from '../words.ts';
import { Languages } from './languages.tsx';

/** How often the health is asked for, milliseconds. */
const HEALTH_MS = 5000;

type Health = ServerHealthQuery['health'];

/** How the server is, and what it runs. */
export function ServerPage() {
  const health = useSignal<Health | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    const follow = async (): Promise<void> => {
      while (!stop.signal.aborted) {
        health.value = (await request(ServerHealth, {}, stop.signal)).health;
        await sleep(HEALTH_MS, stop.signal);
      }
    };
    follow().catch((error: unknown) => {
      if (!stop.signal.aborted) throw error;
    });
    void loadRuntimes();
    return () => stop.abort();
  }, []);
  return (
    <div class="page">
      <h1>Server</h1>
      {health.value === null ? <p class="muted">Reading…</p> : <HealthPart health={health.value} />}
      <h2>Languages</h2>
      <Languages runtimes={runtimes.value} />
    </div>
  );
}

function HealthPart({ health }: { readonly health: Health }) {
  const { status, version, uptimeSeconds, running, queued, checks } = health;
  return (
    <>
      <p class="status-bar">
        <HealthBadge status={status} />
        <span>
          {running} running, {queued} queued
        </span>
        <span class="muted">
          version {version}, up for {duration(uptimeSeconds * 1000)}
        </span>
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">Check</th>
            <th scope="col">Result</th>
            <th scope="col">Took</th>
            <th scope="col">Message</th>
          </tr>
        </thead>
        <tbody>
          {checks.map(({ name, status: result, latencyMs, message }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td data-label="Result">
                <HealthBadge status={result} />
              </td>
              <td data-label="Took">{latencyMs.toFixed(1)} ms</td>
              <td data-label="Message">{message}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

const HEALTH: { readonly [status in HealthStatus]: readonly [string, string] } = {
  HEALTHY: ['Healthy', 'succeeded'],
  DEGRADED: ['Degraded', 'queued'],
  UNHEALTHY: ['Unhealthy', 'failed'],
};

function HealthBadge({ status }: { readonly status: HealthStatus }) {
  const [word, colour] = HEALTH[status];
  return <span class={`badge ${colour}`}>{word}</span>;
}
