import type { CoreV1Event } from '@kubernetes/client-node';
import type { PodState } from '../pod.ts';
import { sentence } from '../sentence.ts';

type Pending = Extract<PodState, { state: 'pending' }>;

/**
 * Why the Job controller may not create a Job's pod: it says so only in FailedCreate events.
 * @param events of the Job, newest last
 */
export function diagnoseRefusal(events: readonly CoreV1Event[]): Pending | null {
  const text = events.findLast(({ reason }) => reason === 'FailedCreate')?.message;
  if (text === undefined) return null;
  const quota = /exceeded quota: ([^,]+), (.*)/s.exec(text);
  if (quota) return scheduling(`The quota ${quota[1]} has no room for it: ${sentence(quota[2] ?? '')}`);
  const violation = /violates PodSecurity "([^"]+)": (.*)/s.exec(text);
  if (violation)
    return refused(`Pod Security ${violation[1]} refuses its pod: ${sentence(violation[2] ?? '')}`);
  const missing = /(RuntimeClass) "([^"]+)" not found|no (PriorityClass) with name (\S+) was found/.exec(
    text,
  );
  if (missing) return refused(`The ${missing[1] ?? missing[3]} ${missing[2] ?? missing[4]} does not exist.`);
  if (/because it is being terminated/.test(text)) return refused('Its namespace is being deleted.');
  // `Error creating: pods "podline-python-0123-" is forbidden: why`
  const why = text.replace(/^Error creating: /, '').replace(/^pods "[^"]*" is (forbidden|invalid): /, '');
  return refused(`The cluster refuses its pod: ${sentence(why)}`);
}

/** There will be room one day. */
function scheduling(message: string): Pending {
  return { state: 'pending', cause: 'scheduling', message };
}

/** Somebody must change something. */
function refused(message: string): Pending {
  return { state: 'pending', cause: 'refused', message };
}
