import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../../..');

/** A fenced block of a page. */
export interface Block {
  readonly page: string;
  /** What stands behind the fence: `sh`, `graphql`, `json`, … */
  readonly language: string;
  readonly text: string;
  /** Where its fence is, from 1. */
  readonly line: number;
}

const FENCE = /^( *)```(\w*)\n([\s\S]*?)^\1```$/gm;

/** All fenced blocks of a page, in order. `page` is relative to the repository. */
export function blocksOf(page: string): Block[] {
  const text = readFileSync(join(ROOT, page), 'utf8');
  return [...text.matchAll(FENCE)].map(({ 1: indent = '', 2: language = '', 3: body = '', index }) => ({
    page,
    language,
    text: body.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    line: text.slice(0, index).split('\n').length,
  }));
}
