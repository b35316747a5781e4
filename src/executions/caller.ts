/** Who asks. A caller sees and changes only its own executions. */
export type Caller = 'anonymous' | `key:${string}`;

/** What a principal may do: `user` submits programs and sees its own; `operator` reads what concerns every caller. */
export type Role = 'user' | 'operator';

/** Whom a request or a WebSocket speaks for, once that was checked. */
export interface Principal {
  readonly name: Caller;
  readonly roles: ReadonlySet<Role>;
}
