import type { V1Volume, V1VolumeMount } from '@kubernetes/client-node';
import { WRITABLE } from './mandatory.ts';
import { anyObject, asFields, type Check, exactly, object, text, wrong } from './shape.ts';

/**
 * Volumes that an operator may add: what many programs may read. Nothing that is the node's (hostPath), secret (secret,
 * projected, csi with a provider's say) or writable: a program leaves nothing behind for the next one.
 */
const SOURCES: { readonly [source: string]: Check } = {
  configMap: anyObject,
  image: anyObject,
  persistentVolumeClaim: (value, path) => {
    object({ claimName: text(), readOnly: exactly(true) })(value, path);
    requireReadOnly(value, path);
  },
};

/** One of the volumes: a name that is not ours, and one source. */
export const volume: Check = (value, path) => {
  object({ name: text(/^(?!(program|tmp)$)/, 'a name other than program and tmp'), ...SOURCES })(value, path);
  const { name, ...sources } = asFields(value, path);
  if (name === undefined) throw wrong(`${path}.name`, 'text', name);
  if (Object.keys(sources).length !== 1)
    throw wrong(path, `one of ${Object.keys(SOURCES).join(', ')}`, Object.keys(sources));
};

/** One of the container's mounts: read-only, and not where a program writes or the kernel shows itself. */
export const volumeMount: Check = (value, path) => {
  object({ name: text(), mountPath, subPath: text(), readOnly: exactly(true) })(value, path);
  requireReadOnly(value, path);
  if (asFields(value, path)['mountPath'] === undefined) throw wrong(`${path}.mountPath`, 'a path', undefined);
};

const KEPT_FREE = [...WRITABLE, '/proc', '/sys', '/dev', '/etc'];

const mountPath: Check = (value, path) => {
  text(/^(\/[A-Za-z0-9_][A-Za-z0-9._-]*)+$/, 'an absolute path of plain names')(value, path);
  const below = `${value}/`;
  const other = KEPT_FREE.find((one) => below.startsWith(`${one}/`) || `${one}/`.startsWith(below));
  if (other) throw wrong(path, `a place outside ${other}`, value);
};

/** Every mount names one of the volumes. @throws ConfigError */
export function checkMounts(
  volumes: readonly V1Volume[],
  mounts: readonly V1VolumeMount[],
  path: string,
): void {
  const names = volumes.map(({ name }) => name);
  for (const [index, { name }] of mounts.entries()) {
    if (!names.includes(name))
      throw wrong(`${path}.containers[0].volumeMounts[${index}].name`, `one of ${path}.volumes`, name);
  }
}

function requireReadOnly(value: unknown, path: string): void {
  if (asFields(value, path)['readOnly'] !== true) throw wrong(`${path}.readOnly`, 'true', undefined);
}
