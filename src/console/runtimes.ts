import { signal } from '@preact/signals';
import { type Runtime, Runtimes } from './api/operations.ts';
import { request } from './api/request.ts';

/** The languages of the server; empty until it told them. */
export const runtimes = signal<readonly Runtime[]>([]);

/** Reads them, again when the server was another one meanwhile. */
export async function loadRuntimes(): Promise<void> {
  runtimes.value = (await request(Runtimes, {})).runtimes;
}

/** Undefined when the server has not told its languages, or has not this one. */
export function runtimeOf(language: string): Runtime | undefined {
  return runtimes.value.find((runtime) => runtime.language === language);
}
