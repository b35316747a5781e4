import type { TestNamespace } from '../../support/namespace.ts';
import type { Place } from '../reach/reach.ts';

/** Where things are in this cluster, as anyone in a pod could find out. */
export async function placeOf({ core, name: namespace }: TestNamespace): Promise<Place> {
  const [service, nodes, pods] = await Promise.all([
    core.readNamespacedService({ namespace: 'default', name: 'kubernetes' }),
    core.listNode(),
    core.listNamespacedPod({ namespace }),
  ]);
  const node = nodes.items[0]?.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address;
  const neighbour = pods.items.find(({ status }) => status?.phase === 'Running')?.status?.podIP;
  if (!service.spec?.clusterIP || !node || !neighbour) {
    throw new Error(`Expected addresses, got ${JSON.stringify([service.spec, node, neighbour])}.`);
  }
  const hosts = ['kubernetes.default.svc', service.spec.clusterIP, `${node}:6443`];
  return { api: hosts.map((host) => `https://${host}`), node, neighbour };
}
