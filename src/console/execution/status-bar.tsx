import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { announce } from '../announce.tsx';
import type { Watched } from '../api/operations.ts';
import { serverAheadMs } from '../api/request.ts';
import { limitWords } from '../program/limits.ts';
import { duration, reasonWords, statusWord } from '../words.ts';
import type { Run } from './run.ts';

/** How often the running time moves on, milliseconds. */
const TICK_MS = 200;

/** Status, place in the queue, reason, time and usage of an execution, from its first moment to its end. */
export function StatusBar({ run }: { readonly run: Run }) {
  const now = useSignal(Date.now());
  const isRunning = useComputed(() => run.watched.value?.status === 'RUNNING');
  useSignalEffect(() => {
    if (!isRunning.value) return;
    const timer = setInterval(() => {
      now.value = Date.now();
    }, TICK_MS);
    return () => clearInterval(timer);
  });
  const said = useComputed(() => (run.watched.value === null ? '' : sentence(run.watched.value)));
  useSignalEffect(() => announce(said.value));

  const watched = run.watched.value;
  if (run.failure.value !== null) return <p class="failure status-bar">{run.failure.value}</p>;
  if (watched === null) return <p class="status-bar muted">Reading…</p>;
  const { status, message, queuePosition, outputTruncated } = watched;
  const reason = reasonWords(watched);
  return (
    <div class="status-bar">
      <span class={`badge ${status.toLowerCase()}`}>{statusWord(status)}</span>
      {reason !== null && <strong>{reason}</strong>}
      {queuePosition !== null && <span>number {queuePosition} in the queue</span>}
      <Times watched={watched} limitMs={run.submitted.value?.limits.timeoutMs} now={now.value} />
      {message !== null && <span class="message">{message}</span>}
      {outputTruncated && <span class="message">The output was cut at its limit.</span>}
    </div>
  );
}

function Times({
  watched: { status, startedAt, usage },
  limitMs,
  now,
}: {
  readonly watched: Watched;
  readonly limitMs: number | undefined;
  readonly now: number;
}) {
  if (usage !== null) {
    const { wallMs, cpuMs, maxMemoryMb } = usage;
    return (
      <span class="muted">
        {duration(wallMs)}
        {cpuMs !== null && `, processor ${duration(cpuMs)}`}
        {maxMemoryMb !== null && maxMemoryMb > 0 && `, ${Math.ceil(maxMemoryMb)} MiB`}
      </span>
    );
  }
  if (status !== 'RUNNING' || startedAt === null) return null;
  const ms = Math.max(0, now + serverAheadMs - Date.parse(startedAt));
  return (
    <span class="muted">
      {duration(Math.floor(ms / 100) * 100)}
      {limitMs !== undefined && ` of ${limitWords('timeoutMs', limitMs)}`}
    </span>
  );
}

/** What a screen reader says when it changes. */
function sentence(watched: Watched): string {
  const { status, queuePosition, message } = watched;
  const place = queuePosition === null ? null : `number ${queuePosition} in the queue`;
  return [statusWord(status), reasonWords(watched), place, message]
    .filter((part) => part !== null)
    .join(', ');
}
