import { useEffect } from 'preact/hooks';
import { ServerHealth } from '../api/operations.ts';
import { request } from '../api/request.ts';
import type { HealthStatus, ServerHealthQuery } from '../generated/graphql.ts';
import { usePolled } from '../repeat.ts';
import { Link } from '../router.tsx';
import { loadRuntimes, runtimes } from '../runtimes.ts';
import { duration } from '../words.ts';
import { Languages } from './languages.tsx';

/** How often the health is asked for, milliseconds. */
const HEALTH_MS = 5000;

/** How the server is, and what it runs. */
export function ServerPage() {
  const { value: read, failure } = usePolled((signal) => request(ServerHealth, {}, signal), HEALTH_MS, '');
  useEffect(() => void loadRuntimes(), []);
  return (
    <div class="page">
      <h1>Server</h1>
      {failure.value !== null && (
        <p class="failure" role="alert">
          {failure.value}
        </p>
      )}
      {read.value === null ? <p class="muted">Reading…</p> : <HealthPart read={read.value} />}
      <h2>Languages</h2>
      <Languages runtimes={runtimes.value} />
    </div>
  );
}

function HealthPart({ read }: { readonly read: ServerHealthQuery }) {
  const { status, version, uptimeSeconds, running, queued, checks } = read.health;
  const open = [read.starting, read.idle, read.busy].reduce((sum, { edges }) => sum + edges.length, 0);
  return (
    <>
      <p class="status-bar">
        <HealthBadge status={status} />
        <span>
          {running} running, {queued} queued
        </span>
        <span>
          {open} of {read.sessionLimits.maxOpen} <Link to="/sessions">sessions</Link> of yours open
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
