import type { V1PodSpec, V1ResourceRequirements, V1Volume, V1VolumeMount } from '@kubernetes/client-node';

/** What an operator adds to every Job and pod, checked: nothing in it undoes a mandatory field. */
export interface PodTemplate {
  readonly labels: { readonly [name: string]: string };
  readonly annotations: { readonly [name: string]: string };
  /** Fields of the pod's spec that are the operator's alone. */
  readonly spec: Pick<V1PodSpec, OperatorField>;
  /** Read-only ones beside ours. */
  readonly volumes: readonly V1Volume[];
  readonly volumeMounts: readonly V1VolumeMount[];
  /** Extended resources, `nvidia.com/gpu`; never memory, processor or disk. */
  readonly resources: Pick<V1ResourceRequirements, 'limits' | 'requests'>;
}

export type OperatorField =
  | 'affinity'
  | 'dnsConfig'
  | 'dnsPolicy'
  | 'hostAliases'
  | 'imagePullSecrets'
  | 'nodeSelector'
  | 'preemptionPolicy'
  | 'priorityClassName'
  | 'runtimeClassName'
  | 'schedulerName'
  | 'tolerations'
  | 'topologySpreadConstraints';
