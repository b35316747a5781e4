import type { V1JobStatus, V1ObjectMeta } from '@kubernetes/client-node';
import { EXECUTION, SESSION } from '../../src/runner/kubernetes/job/mandatory.ts';
import type { TestNamespace } from '../../test/cluster/support/namespace.ts';

export interface Held {
  readonly kind: 'Job' | 'Pod';
  readonly name: string;
  /** The execution or session that it served; null: a warm one. */
  readonly execution: string | null;
  readonly hasEnded: boolean;
  /** For whoever reads a finding. */
  readonly state: string;
}

/** All Jobs and pods of the namespace, whatever they are labelled: nobody else makes any there. */
export async function heldInCluster(namespace: TestNamespace): Promise<Held[]> {
  const [jobs, pods] = await Promise.all([namespace.jobs(), namespace.pods()]);
  return [
    ...jobs.map(({ metadata, status }) => held('Job', metadata, stateOf(status))),
    ...pods.map(({ metadata, status }) => held('Pod', metadata, status?.phase ?? '')),
  ];
}

function held(kind: Held['kind'], metadata: V1ObjectMeta | undefined, state: string): Held {
  return {
    kind,
    name: `${kind} ${metadata?.name}`,
    execution: metadata?.labels?.[EXECUTION] ?? metadata?.labels?.[SESSION] ?? null,
    hasEnded: ['Complete', 'Failed', 'Succeeded'].includes(state),
    state: metadata?.deletionTimestamp ? `${state}, terminating` : state,
  };
}

function stateOf(status: V1JobStatus | undefined): string {
  const end = status?.conditions?.find(({ type }) => type === 'Complete' || type === 'Failed');
  return end?.type ?? 'under way';
}
