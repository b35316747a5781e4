import {
  KubeConfig,
  type KubernetesObject,
  KubernetesObjectApi,
  PatchStrategy,
} from '@kubernetes/client-node';

/** The cluster's API with the rights of KUBECONFIG, for objects of any kind. */
export function administrator(): KubernetesObjectApi {
  const config = new KubeConfig();
  config.loadFromDefault();
  return KubernetesObjectApi.makeApiClient(config);
}

/** Creates an object, and deletes it when what this resolves to is disposed, the first time. */
export async function created<T extends KubernetesObject>(object: T): Promise<AsyncDisposable> {
  const api = administrator();
  await api.create(object);
  let deleted: Promise<unknown> | null = null;
  return {
    async [Symbol.asyncDispose]() {
      deleted ??= api.delete(object);
      await deleted;
    },
  };
}

/** Sets fields of an object's spec as `kubectl patch --type merge` does. */
export async function patchSpec(object: KubernetesObject, spec: object): Promise<void> {
  const patch = { ...object, spec };
  await administrator().patch(patch, undefined, undefined, undefined, undefined, PatchStrategy.MergePatch);
}
