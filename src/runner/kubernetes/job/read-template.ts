import { readFile } from 'node:fs/promises';
import { ConfigError } from '../../../config/values.ts';
import { checkTemplate } from './check.ts';
import type { PodTemplate } from './template.ts';

/** Bytes of a template's file: what a Kubernetes object may have. */
const FILE_BYTES = 1024 * 1024;

/**
 * Reads POD_TEMPLATE_FILE, YAML or JSON: `{metadata, spec}`, a Pod or a PodTemplate.
 * @throws ConfigError with one sentence when it cannot be read, does not parse, or has what a template may not have
 */
export async function readPodTemplate(file: string): Promise<PodTemplate> {
  return checkTemplate(await parse(await read(file)));
}

async function read(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new ConfigError(
      `POD_TEMPLATE_FILE: expected a file that can be read, got ${JSON.stringify(file)}`,
      {
        cause,
      },
    );
  });
  if (Buffer.byteLength(text) <= FILE_BYTES) return text.replace(/^\uFEFF/, '');
  throw new ConfigError(
    `POD_TEMPLATE_FILE: expected at most ${FILE_BYTES} bytes, got ${Buffer.byteLength(text)}`,
  );
}

async function parse(text: string): Promise<unknown> {
  try {
    return JSON.parse(text);
  } catch {
    // YAML then.
  }
  const { loadYaml } = await import('@kubernetes/client-node');
  // What says its kind is read by that kind's model, which drops fields it does not know; below a key nothing is.
  const lines = text.replace(/^(#.*\r?\n|\s*\n)*---[ \t]*(#.*)?\r?\n/, '').split('\n');
  const indented = ['document:', ...lines.map((line) => ` ${line}`)].join('\n');
  try {
    return loadYaml<{ document: unknown }>(indented).document;
  } catch (cause) {
    const reason = cause instanceof Error && 'reason' in cause ? cause.reason : null;
    throw new ConfigError(
      `POD_TEMPLATE_FILE: expected YAML or JSON with one document, got what does not parse` +
        (typeof reason === 'string' ? ` (${reason})` : ''),
      { cause },
    );
  }
}
