import type { HostView } from '../../embedded/attempts/attempt.ts';

export const LANGUAGES = ['c', 'python', 'javascript', 'bash'] as const;
export type AttemptLanguage = (typeof LANGUAGES)[number];

/** One way to reach something outside of a sandbox, in the languages in which it can be tried. */
export interface Attempt {
  readonly name: string;
  /**
   * c: the body of a function that returns what it reached, below zero for nothing. python: statements that put what they
   * reached into `reached`, or raise. javascript: the body of an async function that returns it, or throws. bash: a script
   * that ends with 0 when it reached something. All have the host as variables, see `variablesOf`.
   */
  readonly code: { readonly [language in AttemptLanguage]?: string };
  /** Without a sandbox only root reaches it. */
  readonly isRoots?: boolean;
  /** Why it reaches nothing without a sandbox either, or is not to be tried there; else the control run expects that it does. */
  readonly uncontrolled?: string;
}

/** What attempts know of the host, as variables of their environment: places and numbers, never a secret itself. */
export function variablesOf(host: HostView): Record<string, string> {
  return {
    SERVER: String(host.serverPid),
    BYSTANDER: String(host.bystanderPid),
    DIRECTORY: host.directory,
    SECRET_FILE: host.secretText,
    DATABASE: host.database,
    TCP_PORT: String(host.tcpPort),
    UDP_PORT: String(host.udpPort),
    SOCKET_FILE: host.socketFile,
    ABSTRACT_SOCKET: host.abstractSocket,
    /** Another name than the variable's, which is looked for. */
    SECRET_NAME: host.variable.slice(1),
  };
}
