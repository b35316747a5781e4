import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The console's files by name, as a browser gets them. */
export interface Bundle {
  readonly 'app.js': Uint8Array;
  readonly 'app.css': Uint8Array;
  readonly 'icon.svg': Uint8Array;
}

/** The names in a bundle. */
export const BUNDLE_NAMES = ['app.js', 'app.css', 'icon.svg'] as const satisfies (keyof Bundle)[];

const SOURCES = fileURLToPath(new URL('../../console/', import.meta.url));

/**
 * Bundles src/console with what it imports. The bundler is a process of its own for some 200 ms, and is loaded here only:
 * an image that has the bundle does without it.
 * @throws Error that says which source cannot be bundled, and why
 */
export async function bundle(): Promise<Bundle> {
  const esbuild = await import('esbuild');
  try {
    const { outputFiles } = await esbuild.build({
      entryPoints: { app: join(SOURCES, 'main.tsx') },
      outdir: '/console',
      bundle: true,
      format: 'esm',
      target: 'es2022',
      jsx: 'automatic',
      jsxImportSource: 'preact',
      minify: true,
      legalComments: 'none',
      charset: 'utf8',
      // Types are checked elsewhere; the settings for Node are not for these sources.
      tsconfigRaw: {},
      logLevel: 'silent',
      write: false,
    });
    const contents = (name: string): Uint8Array => {
      const found = outputFiles.find(({ path }) => path.endsWith(name));
      if (!found) throw new Error(`Expected the bundler to write ${name}, got no such file.`);
      return found.contents;
    };
    return {
      'app.js': contents('.js'),
      'app.css': contents('.css'),
      'icon.svg': await readFile(join(SOURCES, 'icon.svg')),
    };
  } finally {
    await esbuild.stop();
  }
}
