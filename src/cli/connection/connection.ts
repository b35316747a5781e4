import type { Endpoint } from './endpoint.ts';

/** An endpoint, and what it takes to keep it there. */
export interface Connection extends AsyncDisposable {
  readonly endpoint: Endpoint;
  /** Whether the service runs in this process: it and its records end with the command. */
  readonly isOwn: boolean;
}
