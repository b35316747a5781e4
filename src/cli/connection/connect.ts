import type { Shell } from '../shell.ts';
import type { Connection } from './connection.ts';
import { DEFAULT_URL, type Endpoint, parseUrl } from './endpoint.ts';

/** The options that choose the server. */
export interface ConnectionValues {
  readonly url?: string | undefined;
  readonly 'api-key'?: string | undefined;
}

/**
 * The server that `--url` or PODLINE_URL names, else the one at the default address.
 * @throws UsageError for something that is no URL
 */
export function chosenEndpoint(
  values: ConnectionValues,
  shell: Shell,
): Endpoint & { readonly isChosen: boolean } {
  const apiKey = values['api-key'] ?? (shell.env.PODLINE_API_KEY || null);
  if (values.url !== undefined) return { url: parseUrl('--url', values.url), apiKey, isChosen: true };
  const fromEnv = shell.env.PODLINE_URL;
  if (fromEnv) return { url: parseUrl('PODLINE_URL', fromEnv), apiKey, isChosen: true };
  return { url: parseUrl('--url', DEFAULT_URL), apiKey, isChosen: false };
}

/**
 * The server to run on: the chosen one; else the one at the default address, when a Podline answers there; else a
 * service in this process.
 * @throws UsageError, CommandError
 */
export async function connect(values: ConnectionValues, shell: Shell): Promise<Connection> {
  const endpoint = chosenEndpoint(values, shell);
  if (!endpoint.isChosen) {
    const { answers } = await import('./probe.ts');
    if (!(await answers(endpoint))) {
      const { openOwnService } = await import('./own-service.ts');
      return await openOwnService(shell.env);
    }
  }
  return { endpoint, isOwn: false, [Symbol.asyncDispose]: async () => {} };
}
