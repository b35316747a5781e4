import { oneLine } from './format.ts';
import { CLEAR_LINE, type OutputPipe } from './pipe.ts';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 100;
/** What is over sooner is not worth a flicker, milliseconds. */
const DELAY_MS = 200;

/** The terminal's last line, which says with a moving sign what goes on. Cleared before anything else is printed. */
export interface StatusLine extends AsyncDisposable {
  /** Shows a text until the next one or `clear`. @param before printed once, before the line: a newline where one is needed */
  show(text: string, before?: string): void;
  /** Takes the line away; resolves when something else may be printed. */
  clear(): Promise<void>;
}

/** On a terminal; elsewhere nothing is ever printed. */
export function openStatusLine(pipe: OutputPipe): StatusLine {
  let text: string | null = null;
  let prefix = '';
  let isDrawn = false;
  let shownAt = 0;
  let frame = 0;
  let writing: Promise<void> = Promise.resolve();
  let isWriting = false;
  let timer: NodeJS.Timeout | undefined;

  /** One write after another; a terminal that is gone is met by whoever prints next. */
  function write(bytes: string): Promise<void> {
    isWriting = true;
    writing = writing
      .then(() => pipe.write(bytes))
      .catch(() => {})
      .finally(() => {
        isWriting = false;
      });
    return writing;
  }

  function draw(): void {
    if (text === null || isWriting || performance.now() - shownAt < DELAY_MS) return;
    const sign = FRAMES[frame++ % FRAMES.length];
    const before = isDrawn ? '' : prefix;
    isDrawn = true;
    // The cursor stands at the end of the line; one column stays free for it.
    void write(`${before}${CLEAR_LINE}${sign} ${[...oneLine(text)].slice(0, pipe.columns - 3).join('')}`);
  }

  async function clear(): Promise<void> {
    text = null;
    clearInterval(timer);
    timer = undefined;
    await writing;
    if (!isDrawn) return;
    isDrawn = false;
    await write(CLEAR_LINE);
  }

  return {
    show(next, before = '') {
      if (!pipe.isTerminal) return;
      if (text === null) {
        shownAt = performance.now();
        prefix = before;
      }
      text = next;
      timer ??= setInterval(draw, FRAME_MS).unref();
    },
    clear,
    [Symbol.asyncDispose]: clear,
  };
}
