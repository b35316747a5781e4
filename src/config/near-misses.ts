import { readConfig } from '../config.ts';
import { nearestName } from '../nearest-name.ts';

/** A variable of the environment that is no setting, and the setting that its name is nearly. */
export interface NearMiss {
  readonly name: string;
  readonly meant: string;
}

/** Shorter settings (`HOST`, `PORT`, `WARM`) are a letter away from variables that other programs use. */
const MIN_LENGTH = 6;

/**
 * Variables whose names are a slip of the fingers away from a setting's: they have no effect, and whoever wrote them
 * believes otherwise. A setting that is set under its own name too is missed by nobody.
 */
export function nearMisses(env: { readonly [name: string]: string | undefined }): NearMiss[] {
  const names = settingNames();
  const unset = [...names].filter((name) => name.length >= MIN_LENGTH && !env[name]);
  return Object.keys(env).flatMap((name) => {
    if (names.has(name) || name.length < MIN_LENGTH - 1) return [];
    const meant = nearestName(name, unset, name.length < 8 ? 1 : 2);
    return meant === null ? [] : [{ name, meant }];
  });
}

/** The names that `readConfig` asks for, seen by reading an empty environment. */
function settingNames(): ReadonlySet<string> {
  const names = new Set<string>();
  readConfig(
    new Proxy<{ [name: string]: string | undefined }>(
      {},
      {
        get(_target, name) {
          if (typeof name === 'string') names.add(name);
          return undefined;
        },
      },
    ),
  );
  return names;
}
