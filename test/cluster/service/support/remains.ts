import { EXECUTION, SELECTOR } from '../../../../src/runner/kubernetes/job/mandatory.ts';
import type { Execution } from '../../../service/support/executions.ts';
import type { TestNamespace } from '../../support/namespace.ts';
import { until } from '../../support/until.ts';
import { PATIENCE_MS } from './viewer.ts';

/** Resolves once no Job and no pod that served the execution is left. */
export async function nothingLeftOf(namespace: TestNamespace, { id, runner }: Execution): Promise<void> {
  await until(
    async () =>
      (await ours(namespace)).filter(
        ({ name, execution }) => name === runner?.job || name === runner?.pod || execution === id,
      ),
    (left) => left.length === 0,
    PATIENCE_MS,
  );
}

/** Resolves once no Job and no pod of ours is left at all. */
export async function nothingLeft(namespace: TestNamespace, patienceMs = PATIENCE_MS): Promise<void> {
  await until(
    () => ours(namespace),
    (left) => left.length === 0,
    patienceMs,
  );
}

/** Resolves once no pod of ours takes any room. */
export async function nothingRuns({ name, core }: TestNamespace, patienceMs: number): Promise<void> {
  const query = { namespace: name, labelSelector: SELECTOR };
  await until(
    async () => (await core.listNamespacedPod(query)).items.map(({ status }) => status?.phase),
    (phases) => phases.every((phase) => phase === 'Succeeded' || phase === 'Failed'),
    patienceMs,
  );
}

interface Found {
  readonly name: string;
  readonly execution: string | undefined;
  /** For whoever reads the failure. */
  readonly state: string | undefined;
}

async function ours({ name: namespace, batch, core }: TestNamespace): Promise<Found[]> {
  const query = { namespace, labelSelector: SELECTOR };
  const [jobs, pods] = await Promise.all([batch.listNamespacedJob(query), core.listNamespacedPod(query)]);
  const found = (
    kind: string,
    { metadata, status }: (typeof jobs.items)[0] | (typeof pods.items)[0],
  ): Found => ({
    name: metadata?.name ?? '',
    execution: metadata?.labels?.[EXECUTION],
    state: metadata?.deletionTimestamp
      ? `${kind}, terminating`
      : `${kind}, ${JSON.stringify(status?.conditions)}`,
  });
  return [...jobs.items.map((job) => found('Job', job)), ...pods.items.map((pod) => found('Pod', pod))];
}
