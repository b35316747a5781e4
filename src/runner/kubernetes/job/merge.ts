import type { V1Job, V1ObjectMeta, V1PodSpec } from '@kubernetes/client-node';
import type { PodTemplate } from './template.ts';

/**
 * A Job of ours with what the operator adds. Labels and annotations go to the Job too: queues like Kueue look there.
 * Ours win, though a checked template has none of them.
 */
export function mergeTemplate(template: PodTemplate, ours: V1Job): V1Job {
  const { spec } = ours;
  const podSpec = spec?.template.spec;
  if (!spec || !podSpec) throw new TypeError('Expected a Job with a pod template that has a spec, got none');
  return {
    ...ours,
    metadata: mergeMetadata(template, ours.metadata),
    spec: {
      ...spec,
      template: {
        metadata: mergeMetadata(template, spec.template.metadata),
        spec: mergeSpec(template, podSpec),
      },
    },
  };
}

function mergeMetadata({ labels, annotations }: PodTemplate, ours: V1ObjectMeta | undefined): V1ObjectMeta {
  return {
    ...ours,
    labels: { ...labels, ...ours?.labels },
    annotations: { ...annotations, ...ours?.annotations },
  };
}

function mergeSpec({ spec, volumes, volumeMounts, resources }: PodTemplate, ours: V1PodSpec): V1PodSpec {
  return {
    ...spec,
    ...ours,
    volumes: [...(ours.volumes ?? []), ...volumes],
    containers: ours.containers.map((container) => ({
      ...container,
      volumeMounts: [...(container.volumeMounts ?? []), ...volumeMounts],
      resources: {
        limits: { ...resources.limits, ...container.resources?.limits },
        requests: { ...resources.requests, ...container.resources?.requests },
      },
    })),
  };
}
