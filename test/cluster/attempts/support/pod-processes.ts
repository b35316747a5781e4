import { readdirSync, readFileSync } from 'node:fs';
import { until } from '../../../service/support/until.ts';
import type { TestNamespace } from '../../support/namespace.ts';

/** How long a node may take to end what a deleted pod holds, milliseconds: its grace, and a busy machine. */
const PATIENCE_MS = 60_000;

/**
 * Resolves once this machine runs no process in the pod's control groups, whatever the API says of it. A pod on another
 * machine cannot be looked at.
 */
export async function nothingRunsOf({ core, name }: TestNamespace, pod: string): Promise<void> {
  const events = await core.listNamespacedEvent({
    namespace: name,
    fieldSelector: `involvedObject.kind=Pod,involvedObject.name=${pod}`,
  });
  const uids = [...new Set(events.items.map(({ involvedObject }) => involvedObject.uid ?? ''))];
  if (uids.filter((uid) => uid !== '').length !== 1) {
    throw new Error(`Expected events of pod ${pod}, got ${JSON.stringify(uids)}.`);
  }
  await until(
    `no process of ${pod} is left`,
    () => uids.flatMap(processesOf),
    (left) => left.length === 0,
    PATIENCE_MS,
  );
}

/** Processes of a pod as this machine sees them. */
export function processesOf(uid: string): string[] {
  const names = [`pod${uid}`, `pod${uid.replaceAll('-', '_')}`];
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const groups = readFileSync(`/proc/${pid}/cgroup`, 'utf8');
      return names.some((name) => groups.includes(name));
    } catch {
      return false;
    }
  });
}
