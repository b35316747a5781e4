import type { Display } from '../../../executions/output/chunk.ts';
import { checkDisplay } from '../../local/cells/messages.ts';

/** Bytes of a display's JSON, all pieces together: a launcher sends no more than 4 MiB. */
const JSON_BYTES = 5 * 1024 * 1024;
/** What stands for one that is not as it should be: its number is given. */
const UNREADABLE = '<a display that could not be read>';

/** Puts displays together, which come in pieces. Holds no more than some MiB. */
export class DisplayPieces {
  #pieces: string[] = [];
  #bytes = 0;

  /** Drops what there is of one. */
  clear(): void {
    this.#pieces = [];
    this.#bytes = 0;
  }

  /** The whole display with its plain form, once its last piece is there; else null. */
  push(
    text: string,
    { index, isLast }: { readonly index: number; readonly isLast: boolean },
  ): { readonly text: string; readonly display: Display } | null {
    if (index === 0) this.clear();
    this.#bytes += Buffer.byteLength(text);
    if (this.#bytes <= JSON_BYTES) this.#pieces.push(text);
    if (!isLast) return null;
    const json = this.#bytes <= JSON_BYTES ? this.#pieces.join('') : '';
    this.clear();
    return parse(json) ?? { text: UNREADABLE, display: { parts: [], isResult: false } };
  }
}

function parse(json: string): { readonly text: string; readonly display: Display } | null {
  try {
    return checkDisplay(JSON.parse(json));
  } catch {
    return null;
  }
}
