import type { Browser, Page } from 'playwright-core';

/** By the clock, or by the processor time of the thread. */
export type Measure = 'clock' | 'processor';

/** What the main thread of a page did. */
export interface Tasks {
  /** How many tasks took longer than so many milliseconds. */
  longer(ms: number, by?: Measure): number;
  /** The longest one, milliseconds. */
  longest(by?: Measure): number;
}

/** Chromium's trace, as far as it is read here. Times in microseconds. */
interface Trace {
  readonly traceEvents: readonly {
    readonly name: string;
    readonly pid: number;
    readonly tid: number;
    readonly dur?: number;
    readonly tdur?: number;
    readonly args: { readonly name?: string };
  }[];
}

const CATEGORIES = ['toplevel', '__metadata'];
const TASK = 'ThreadControllerImpl::RunTask';

/** Traces the page while `act` goes on. */
export async function longestTasks(
  browser: Browser,
  page: Page,
  act: () => Promise<unknown>,
): Promise<Tasks> {
  await browser.startTracing(page, { categories: CATEGORIES });
  let trace: Trace;
  try {
    await act();
  } finally {
    trace = JSON.parse((await browser.stopTracing()).toString('utf8')) as Trace;
  }
  const threads = new Set(
    trace.traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  const tasks = trace.traceEvents.filter(
    ({ name, pid, tid }) => name === TASK && threads.has(`${pid} ${tid}`),
  );
  if (tasks.length === 0) throw new Error(`expected events named ${TASK} in the trace, got none`);
  const ms = (by: Measure): number[] =>
    tasks.map(({ dur, tdur }) => ((by === 'clock' ? dur : tdur) ?? 0) / 1000);
  return {
    longer: (bound, by = 'clock') => ms(by).filter((took) => took > bound).length,
    longest: (by = 'clock') => ms(by).reduce((most, took) => Math.max(most, took), 0),
  };
}
