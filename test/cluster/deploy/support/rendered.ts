import { type KubernetesObject, loadAllYaml } from '@kubernetes/client-node';
import { type Config, readConfig } from '../../../../src/config.ts';
import { kubectl } from './kubectl.ts';
import { namespacesOf, writeOverlay } from './overlay.ts';

/** What a kustomization makes. */
export interface Rendered {
  readonly text: string;
  readonly objects: readonly KubernetesObject[];
}

export async function render(path: string): Promise<Rendered> {
  const { stdout } = await kubectl(['kustomize', path]);
  return { text: stdout, objects: loadAllYaml(stdout) };
}

/** What a folder of `k8s/` makes together with components, in other namespaces. */
export async function renderWith(folder: string, components: readonly string[]): Promise<Rendered> {
  await using overlay = await writeOverlay(folder, { namespaces: namespacesOf('rendered'), components });
  return await render(overlay.path);
}

/** The settings that the server would start with. @throws ConfigError when it would not */
export function settingsOf(rendered: Rendered): Config {
  const data = at(find(rendered, 'ConfigMap', 'podline-settings'), 'data');
  return readConfig({ ...Object.fromEntries(Object.entries(data ?? {})), API_KEYS: 'operator=key' });
}

/** The one object of that kind whose name begins so: generated names end with a hash. @throws Error when there is not one */
export function find(rendered: Rendered, kind: string, name: string): Record<string, unknown> {
  const found = rendered.objects.filter(
    (object) =>
      object.kind === kind && (object.metadata?.name === name || isHashed(object.metadata?.name, name)),
  );
  const [object] = found;
  if (!object || found.length > 1) throw new Error(`Expected one ${kind} ${name}, got ${found.length}.`);
  return { ...object };
}

/** What stands at a path of an object, or undefined. */
export function at(object: unknown, ...path: readonly (string | number)[]): unknown {
  let value = object;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

function isHashed(name: string | undefined, base: string): boolean {
  return name?.startsWith(`${base}-`) === true && /^[a-z0-9]{10}$/.test(name.slice(base.length + 1));
}
