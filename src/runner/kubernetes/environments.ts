import { LAUNCHER_NAMES, type Language } from '../languages/language.ts';

/** What process 1 of a pod is: a launcher, or `shell`, whichever of them its image has an interpreter for. */
export const POD_LAUNCHERS = [...LAUNCHER_NAMES, 'shell'] as const;
export type PodLauncher = (typeof POD_LAUNCHERS)[number];

/** What pods are made from. Languages with the same launcher and image share their pods, and so a pool. */
export interface Environment {
  /** The name of the first of its languages. */
  readonly name: string;
  readonly launcher: PodLauncher;
  readonly image: string;
  /** MiB that a compile step may take, of the language that may take the most; 0: none of them is compiled. */
  readonly compileMb: number;
}

/** The environments of a cluster, by the names of the languages that have an image. */
export type Environments = ReadonlyMap<string, Environment>;

/**
 * Compiled languages have pods of their own, since those may take the memory that a compiler needs.
 * @param images the image of each language that has one, by its name
 */
export function environmentsOf(
  languages: readonly Language[],
  images: { readonly [language: string]: string },
): Environments {
  const found = new Map<string, Environment>();
  return new Map(
    languages.flatMap((language) => {
      const image = images[language.name];
      if (image === undefined) return [];
      const launcher = language.launcher ?? 'shell';
      const compileMb = compileMbOf(language);
      const key = `${launcher} ${compileMb > 0} ${image}`;
      const environment = found.get(key) ?? {
        name: language.name,
        launcher,
        image,
        compileMb: Math.max(
          0,
          ...languages
            .filter(({ name, launcher: own }) => images[name] === image && (own ?? 'shell') === launcher)
            .map((one) => (compileMb > 0 ? compileMbOf(one) : 0)),
        ),
      };
      found.set(key, environment);
      return [[language.name, environment]];
    }),
  );
}

/** Each once. */
export function distinct(environments: Environments): readonly Environment[] {
  return [...new Set(environments.values())];
}

/**
 * The environment of a language.
 * @throws for a name that none has
 */
export function environmentOf(environments: Environments, language: string): Environment {
  const environment = environments.get(language);
  if (environment === undefined) throw new Error(`Expected a language with an image, got ${language}`);
  return environment;
}

function compileMbOf({ launcher, commands }: Language): number {
  return launcher === null && commands.compile !== null ? commands.compileLimits.memoryMb : 0;
}
