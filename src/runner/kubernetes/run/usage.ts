import type { Usage } from '../../../executions/execution.ts';
import type { EndFrame } from '../conversation/frames.ts';

/**
 * What a run used, as its launcher told it.
 *
 * @param wallMs how long the run took as seen from here; null when it did not start
 * @param mostMs how long it can have taken
 */
export function usageOf(told: EndFrame | null, wallMs: number | null, mostMs: number): Usage | null {
  const wall = told?.wallMs ?? wallMs;
  if (wall === null) return null;
  return {
    wallMs: Math.round(Math.min(wall, mostMs)),
    cpuMs: rounded(told?.cpuMs ?? null, 1),
    maxMemoryMb: rounded(told?.maxMemoryMb ?? null, 10),
  };
}

function rounded(figure: number | null, parts: number): number | null {
  return figure === null ? null : Math.round(figure * parts) / parts;
}
