import { CONTEXT_NAME_LENGTH, SESSION_CONTEXTS } from '../../bounds.ts';
import { InvalidInputError } from '../errors.ts';
import type { RuntimeInfo } from '../runner.ts';
import type { Session } from '../sessions/session.ts';
import type { ExecuteInput } from './input.ts';
import { atMost } from './text.ts';

/** What a submission needs to know of its session. */
export interface SessionOfExecution extends Pick<Session, 'id' | 'language' | 'limits' | 'contexts'> {
  /** Whether its language has named interpreters here. */
  readonly hasContexts: boolean;
}

/**
 * The runtime of a session's language with the session's limits: by default they are the session's, and memory and cores at
 * most those that its sandbox has.
 * @throws InvalidInputError for another language, or one that this server cannot run any more
 */
export function inSession(
  { language }: ExecuteInput,
  runtimes: readonly RuntimeInfo[],
  session: SessionOfExecution,
): RuntimeInfo {
  const runtime = runtimes.find((one) => one.language === session.language);
  const name = language?.toLowerCase() ?? session.language;
  if (!runtime || (name !== runtime.language && !runtime.aliases.includes(name))) {
    throw new InvalidInputError(
      'language',
      `language: expected ${session.language}, the language of session ${session.id}, got ${JSON.stringify(name.slice(0, 40))}`,
    );
  }
  const { memoryMb, cpuMillis } = session.limits;
  return { ...runtime, defaults: session.limits, maximums: { ...runtime.maximums, memoryMb, cpuMillis } };
}

/** @throws InvalidInputError */
export function parseContext(
  context: string | null | undefined,
  session: SessionOfExecution | null,
): string | null {
  if (context === null || context === undefined) return null;
  const expected = (what: string, got: string) =>
    new InvalidInputError('context', `context: expected ${what}, got ${got}`);
  if (session === null) throw expected('none without a sessionId', 'one');
  if (!session.hasContexts) {
    throw expected(`none, as this server keeps no state of ${session.language} programs`, 'one');
  }
  atMost('context', context.length, CONTEXT_NAME_LENGTH, 'characters');
  if (!CONTEXT_NAME.test(context)) {
    throw expected('letters, digits and - _ . inside', JSON.stringify(context));
  }
  const names = session.contexts.map(({ name }) => name);
  if (names.length >= SESSION_CONTEXTS && !names.includes(context)) {
    throw expected(`one of the session's ${SESSION_CONTEXTS} contexts (${names.join(', ')})`, context);
  }
  return context;
}

const CONTEXT_NAME = /^[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?$/;
