import { useEffect, useRef } from 'preact/hooks';
import { announce } from '../announce.tsx';
import type { Watched } from '../api/operations.ts';
import { limitWords } from '../program/limits.ts';
import { useServerTime } from '../repeat.ts';
import { duration, hasEnded, reasonWords, statusWord } from '../words.ts';

/** How often the running time moves on, milliseconds. */
const TICK_MS = 200;

interface StatusBarProps {
  /** Null until it was read. */
  readonly watched: Watched | null;
  /** Why it cannot be shown; null when it can. */
  readonly failure: string | null;
  readonly limitMs: number | undefined;
  /** What it is of, where a page has several: said before each change. */
  readonly name?: string;
  /** Whether it is said, too, that it had ended when it was first seen. */
  readonly saysFormerEnd?: boolean;
}

/** Status, place in the queue, reason, time and usage of an execution, from its first moment to its end. */
export function StatusBar({ watched, failure, limitMs, name, saysFormerEnd = true }: StatusBarProps) {
  const now = useServerTime(watched?.status === 'RUNNING', TICK_MS);
  const said = watched === null ? '' : sentence(watched);
  const isNews = useRef(saysFormerEnd);
  if (watched !== null && !hasEnded(watched.status)) isNews.current = true;
  useEffect(() => {
    if (isNews.current) announce(name === undefined || said === '' ? said : `${name}: ${said}`);
  }, [said]);

  if (failure !== null) return <p class="failure status-bar">{failure}</p>;
  if (watched === null) return <p class="status-bar muted">Reading…</p>;
  const { status, message, queuePosition, outputTruncated } = watched;
  const reason = reasonWords(watched);
  return (
    <div class="status-bar">
      <span class={`badge ${status.toLowerCase()}`}>{statusWord(status)}</span>
      {reason !== null && <strong>{reason}</strong>}
      {queuePosition !== null && <span>number {queuePosition} in the queue</span>}
      <Times watched={watched} limitMs={limitMs} now={now} />
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
  /** Of the server's clock. */
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
  const ms = Math.max(0, now - Date.parse(startedAt));
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
