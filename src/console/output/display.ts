import { fetchFile, isPictureType } from '../api/file.ts';
import type { DisplayedQuery } from '../generated/graphql.ts';
import type { Block } from './line.ts';

/** Rows of something displayed whose height is not known, and at most. Of 20 pixels each. */
const ROWS = 16;
const ROW_PX = 20;
/** HTML beyond is not shown, bytes; its plain form is. */
const MAX_BYTES = 2 * 1024 * 1024;
const HTML = /^text\/html(?:;|$)/;

/** The page's policy lets no style sheet into a frame of another origin: the theme and the font go without one. */
const FRAME =
  '<!doctype html><meta name="color-scheme" content="light dark"><font face="system-ui, sans-serif" size="2">';

type Page = NonNullable<DisplayedQuery['execution']>['chunks'];
/** One thing in one or more media types. */
export type Display = NonNullable<Page['chunks'][number]['display']>;
type Part = Display['parts'][number];

/**
 * What a program displays, as an element of the output: the richest form that is a picture or HTML. Null when there is none: its
 * plain form is text as any other.
 * @param onResize called when it turns out to need another number of rows
 * @param signal ends what is loaded, and frees it
 */
export function blockOf(
  { parts }: Display,
  onResize: (block: Block) => void,
  signal: AbortSignal,
): Block | null {
  const part = parts.find(({ mediaType, bytes }) => isShown(mediaType) && bytes <= MAX_BYTES);
  if (part === undefined) return null;
  const block: Block = { rows: ROWS, element: document.createElement('div') };
  block.element.className = 'displayed';
  const show = HTML.test(part.mediaType) ? showHtml : showPicture;
  show(part, block, onResize, signal).catch((error: unknown) => {
    if (!signal.aborted) block.element.textContent = `It cannot be shown: ${describe(error)}`;
  });
  return block;
}

function isShown(mediaType: string): boolean {
  return isPictureType(mediaType) || HTML.test(mediaType);
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function contentOf({ text, url, mediaType }: Part, signal: AbortSignal): Promise<Blob> {
  if (text !== null) return new Blob([text], { type: mediaType });
  if (url === null) throw new Error('the server has not kept it.');
  return fetchFile(url, signal);
}

async function showPicture(
  part: Part,
  block: Block,
  onResize: (block: Block) => void,
  signal: AbortSignal,
): Promise<void> {
  const source = URL.createObjectURL(await contentOf(part, signal));
  signal.addEventListener('abort', () => URL.revokeObjectURL(source), { once: true });
  const image = document.createElement('img');
  image.alt = 'Displayed by the program';
  image.addEventListener('load', () => {
    block.rows = rowsOf(image.naturalHeight);
    onResize(block);
  });
  image.addEventListener('error', () => {
    block.element.textContent = 'It cannot be shown: the browser knows no such picture.';
  });
  image.src = source;
  block.element.replaceChildren(image);
}

/**
 * In a frame that may do nothing: no scripts, no forms, no pop-ups, an origin of its own; the page's policy holds in it as well, so
 * that it loads nothing from elsewhere.
 */
async function showHtml(
  part: Part,
  block: Block,
  onResize: (block: Block) => void,
  signal: AbortSignal,
): Promise<void> {
  const text = part.text ?? (await (await contentOf(part, signal)).text());
  const frame = document.createElement('iframe');
  frame.title = 'Displayed by the program';
  frame.setAttribute('sandbox', '');
  frame.setAttribute('srcdoc', framed.createHTML(FRAME + text) as unknown as string);
  block.element.replaceChildren(frame);
  const tableRows = text.match(/<tr\b/gi)?.length ?? 0;
  if (tableRows > 0) {
    block.rows = Math.min(ROWS, Math.ceil(tableRows * 1.8) + 2);
    onResize(block);
  }
}

function rowsOf(heightPx: number): number {
  return Math.min(ROWS, Math.max(1, Math.ceil((heightPx + 8) / ROW_PX)));
}

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createHTML(text: string): string },
  ): { createHTML(text: string): unknown };
}
const PASS = { createHTML: (text: string): string => text };
/** The page's policy lets HTML into no element but by this name, which is used for the sandboxed frame only. */
const framed =
  (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy('sandboxed-frame', PASS) ?? PASS;
