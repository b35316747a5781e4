/** Who asks. A caller sees and changes only its own executions. */
export type Caller = 'anonymous' | `key:${string}`;
