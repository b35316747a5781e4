import { signal } from '@preact/signals';

/** Where the key is kept: for this tab, until it is closed. */
const STORED = 'podline.key';

/** Whether a key has to be asked for: there is none yet, or the server does not know the one that was given. */
export const keyWanted = signal<'missing' | 'wrong' | null>(null);
/** The key that requests carry; null while none is needed. */
export const apiKey = signal<string | null>(sessionStorage.getItem(STORED));

let given = Promise.withResolvers<void>();

/** Has the reader asked for a key, and resolves when there is another one than `used`. */
export async function askForKey(used: string | null): Promise<void> {
  if (apiKey.value !== used) return;
  keyWanted.value = used === null ? 'missing' : 'wrong';
  await given.promise;
}

/** Keeps the key for this tab; what waited for one goes on. */
export function giveKey(key: string): void {
  sessionStorage.setItem(STORED, key);
  apiKey.value = key;
  keyWanted.value = null;
  given.resolve();
  given = Promise.withResolvers();
}

/** Forgets the key and all that was drawn with it. */
export function forgetKey(): void {
  sessionStorage.clear();
  location.assign('/');
}
