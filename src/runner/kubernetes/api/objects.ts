import type { CoreV1Event, V1Job, V1Pod } from '@kubernetes/client-node';
// The package has no public way to turn JSON into its own types.
import { ObjectSerializer } from '@kubernetes/client-node/dist/gen/models/ObjectSerializer.js';

/** An object as it comes over the wire: what we look at before it gets its type. */
export interface WireObject {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly resourceVersion: string;
  };
}

/** A kind of objects that is watched. */
export interface Kind<T> {
  /** As in a Role and in a path. */
  readonly resource: string;
  /** The API's root for it: `/apis/batch/v1`. */
  readonly root: string;
  decode(object: unknown): T;
}

export const JOBS: Kind<V1Job> = {
  resource: 'jobs',
  root: '/apis/batch/v1',
  decode: (object) => ObjectSerializer.deserialize(object, 'V1Job', ''),
};

export const PODS: Kind<V1Pod> = {
  resource: 'pods',
  root: '/api/v1',
  decode: (object) => ObjectSerializer.deserialize(object, 'V1Pod', ''),
};

/** An event as the API sends it. */
export function decodeEvent(object: unknown): CoreV1Event {
  const event: CoreV1Event = ObjectSerializer.deserialize(object, 'CoreV1Event', '');
  // Times with microseconds are a type that it does not know, and leaves as text.
  if (event.eventTime) event.eventTime = new Date(event.eventTime);
  return event;
}

/** Takes away what would fill the memory and nobody reads: launchers are long, and stand in every Job and pod. */
export function withoutBulk(object: unknown): unknown {
  if (!isRecord(object)) return object;
  if (isRecord(object['metadata'])) delete object['metadata']['managedFields'];
  const spec = object['spec'];
  const template = isRecord(spec) && isRecord(spec['template']) ? spec['template']['spec'] : spec;
  const containers = isRecord(template) ? template['containers'] : undefined;
  for (const container of Array.isArray(containers) ? containers : []) {
    delete container.command;
    delete container.args;
  }
  return object;
}

/** Whether it has what every object of Kubernetes has. */
export function isWireObject(object: unknown): object is WireObject {
  return (
    isRecord(object) &&
    isRecord(object['metadata']) &&
    typeof object['metadata']['name'] === 'string' &&
    typeof object['metadata']['uid'] === 'string' &&
    typeof object['metadata']['resourceVersion'] === 'string'
  );
}

/** Whether its fields can be looked at. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
