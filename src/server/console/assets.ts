import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** Where build.ts writes the bundle. Git ignores it; it is there in images only. */
export const BUILT = fileURLToPath(new URL('../../../dist/console/', import.meta.url));

/** One file of the console in the forms that a client may accept. */
export interface Asset {
  readonly etag: string;
  readonly identity: Uint8Array;
  readonly gzip: Uint8Array;
  readonly br: Uint8Array;
}

/** The console's files, compressed. */
export type Assets = { readonly [name in keyof Bundle]: Asset };

/** The files that were built beforehand, else bundled now. @throws what `bundle` throws */
export async function loadAssets(): Promise<Assets> {
  const files = (await readBuilt()) ?? (await bundle());
  const [js, css, icon] = await Promise.all(BUNDLE_NAMES.map((name) => compress(files[name])));
  if (!js || !css || !icon) throw new Error('Expected every file of the console.');
  return { 'app.js': js, 'app.css': css, 'icon.svg': icon };
}

async function readBuilt(): Promise<Bundle | null> {
  try {
    const read = (name: keyof Bundle): Promise<Uint8Array> => readFile(join(BUILT, name));
    return {
      'app.js': await read('app.js'),
      'app.css': await read('app.css'),
      'icon.svg': await read('icon.svg'),
    };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** The last few percent would take a second of processor time. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };

async function compress(identity: Uint8Array): Promise<Asset> {
  const [gzipped, br] = await Promise.all([
    promisify(gzip)(identity, { level: 9 }),
    promisify(brotliCompress)(identity, BROTLI),
  ]);
  const etag = `"${createHash('sha256').update(identity).digest('base64url')}"`;
  return { etag, identity, gzip: gzipped, br };
}

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
