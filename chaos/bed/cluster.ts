import type { V1JobStatus, V1ObjectMeta } from '@kubernetes/client-node';
import { EXECUTION, SELECTOR } from '../../src/runner/kubernetes/job/labels.ts';
import type { TestNamespace } from '../../test/cluster/support/namespace.ts';

export interface Held {
  readonly name: string;
  /** The execution that it served; null: a warm one. */
  readonly execution: string | null;
  readonly hasEnded: boolean;
  /** For whoever reads a finding. */
  readonly state: string;
}

/** Jobs and pods of ours in the namespace. */
export async function heldInCluster({ name: namespace, batch, core }: TestNamespace): Promise<Held[]> {
  const query = { namespace, labelSelector: SELECTOR };
  const [jobs, pods] = await Promise.all([batch.listNamespacedJob(query), core.listNamespacedPod(query)]);
  const held = (kind: string, metadata: V1ObjectMeta | undefined, state: string): Held => ({
    name: `${kind} ${metadata?.name}`,
    execution: metadata?.labels?.[EXECUTION] ?? null,
    hasEnded: ['Complete', 'Failed', 'Succeeded'].includes(state),
    state: metadata?.deletionTimestamp ? `${state}, terminating` : state,
  });
  return [
    ...jobs.items.map(({ metadata, status }) => held('Job', metadata, stateOf(status))),
    ...pods.items.map(({ metadata, status }) => held('Pod', metadata, status?.phase ?? '')),
  ];
}

function stateOf(status: V1JobStatus | undefined): string {
  const end = status?.conditions?.find(({ type }) => type === 'Complete' || type === 'Failed');
  return end?.type ?? 'under way';
}
