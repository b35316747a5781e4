import { type Block, Line } from './line.ts';
import { PLAIN, rendition, type Style } from './style.ts';

/** Lines and characters that are kept to be looked at; beyond, the oldest go. The server keeps all. */
const MAX_LINES = 200_000;
const MAX_CHARACTERS = 16 * 1024 * 1024;
/** Code units of one line; what is longer goes on in the next one. */
const LINE_LENGTH = 2000;
/** Rows that programs may move the cursor in, as on a terminal of that height. */
const HEIGHT = 24;
const TAB = 8;
/** Code units of a sequence that has not ended; what is longer is none. */
const SEQUENCE_LENGTH = 64;
const ESCAPE = 0x1b;
const ECHO: Style = { ...PLAIN, echo: true };

/**
 * What a terminal would show of an output, with all its lines. It carries out line ends, `\r`, `\b`, tabs, colours, moves
 * of the cursor and erasures. Everything else that a program may say to a terminal (titles, links, the clipboard, modes)
 * is shown as the text that it is.
 */
export class Screen {
  readonly lines: Line[] = [new Line()];
  /** How many lines were dropped from the beginning. */
  dropped = 0;
  #row = 0;
  #column = 0;
  #saved = { row: 0, column: 0 };
  #style: Style = PLAIN;
  #characters = 0;
  /** The first line that changed since it was asked last. */
  #changedFrom = 0;
  /** The beginning of a sequence whose rest has not come, by stream. */
  readonly #pending = { STDOUT: '', STDERR: '', DISPLAY: '' };

  /** Adds what was printed to a stream, which may end anywhere. */
  write(text: string, stream: 'STDOUT' | 'STDERR' | 'DISPLAY'): void {
    const stderr = stream === 'STDERR';
    if (this.#style.stderr !== stderr) this.#setStyle({ ...this.#style, stderr });
    const whole = this.#pending[stream] + text;
    this.#pending[stream] = '';
    for (let at = 0; at < whole.length; ) {
      const code = whole.charCodeAt(at);
      if (!isControl(code)) {
        let end = at + 1;
        while (end < whole.length && !isControl(whole.charCodeAt(end))) end++;
        this.#put(whole.slice(at, end));
        at = end;
      } else if (code === ESCAPE) {
        const length = this.#escape(whole, at);
        if (length === null) {
          this.#pending[stream] = whole.slice(at);
          break;
        }
        at += length;
      } else {
        this.#control(code);
        at++;
      }
    }
    this.#trim();
  }

  /** Puts something displayed on a line of its own; it may take other rows later, see `resized`. */
  place(block: Block, text: string): void {
    if (this.#column > 0) this.#newLine();
    const line = this.#line();
    line.text = text.trimEnd();
    line.block = block;
    line.revision++;
    this.#characters += line.text.length;
    this.#newLine();
    this.#trim();
  }

  /** Something displayed takes other rows than it did. */
  resized(block: Block): void {
    const at = this.lines.findLastIndex((line) => line.block === block);
    const line = this.lines[at];
    if (!line) return;
    line.revision++;
    this.#changedFrom = Math.min(this.#changedFrom, at);
  }

  /** Shows what the reader typed where the cursor is. It is no part of the output. */
  echo(text: string): void {
    for (const [index, line] of text.split('\n').entries()) {
      if (index > 0) this.#newLine();
      if (line !== '') this.#put(line.replaceAll(/\p{Cc}/gu, '\ufffd'), ECHO);
    }
    this.#trim();
  }

  /** The first line that changed since this was called last; the number of lines when none did. */
  takeChanged(): number {
    const from = this.#changedFrom;
    this.#changedFrom = this.lines.length;
    return from;
  }

  /** All lines as text, without colours. */
  text(): string {
    const parts: string[] = [];
    for (const [index, { text, continues }] of this.lines.entries()) {
      if (index > 0 && !continues) parts.push('\n');
      parts.push(text);
    }
    return parts.join('');
  }

  get isEmpty(): boolean {
    return this.lines.length === 1 && this.lines[0]?.text === '';
  }

  /** Whether the last line is the empty one behind a line end. */
  get endsLine(): boolean {
    return this.lines.length > 1 && this.lines.at(-1)?.text === '';
  }

  /** The line that the cursor is in. */
  #line(): Line {
    const line = this.lines[this.#row];
    if (!line) throw new Error(`Expected a line at ${this.#row}, got ${this.lines.length} lines.`);
    this.#changedFrom = Math.min(this.#changedFrom, this.#row);
    return line;
  }

  #put(text: string, style: Style = this.#style): void {
    for (let at = 0; at < text.length; ) {
      if (this.#column >= LINE_LENGTH) this.#newLine(true);
      let end = Math.min(text.length, at + LINE_LENGTH - this.#column);
      if (end < text.length && end > at + 1 && isHighSurrogate(text.charCodeAt(end - 1))) end--;
      const line = this.#line();
      const before = line.text.length;
      line.write(this.#column, text.slice(at, end), style);
      // A column that the cursor was moved to has blanks before it.
      this.#characters += line.text.length - before;
      this.#column += end - at;
      at = end;
      if (at < text.length) this.#column = LINE_LENGTH;
    }
  }

  #newLine(continues = false): void {
    this.#row++;
    if (this.#row === this.lines.length) {
      this.lines.push(new Line(continues));
      this.#characters++;
    }
    this.#column = 0;
  }

  #control(code: number): void {
    if (code === 0x0a || code === 0x0b || code === 0x0c) this.#newLine();
    else if (code === 0x0d) this.#column = 0;
    else if (code === 0x08) this.#column = Math.max(0, this.#column - 1);
    else if (code === 0x09) this.#put(' '.repeat(TAB - (this.#column % TAB)));
    else this.#show(code);
  }

  /** Shows a control character that is not carried out. */
  #show(code: number): void {
    const picture = code === 0x7f ? 0x2421 : code < 0x20 ? 0x2400 + code : 0xfffd;
    this.#put(String.fromCharCode(picture), { ...this.#style, control: true });
  }

  /** Carries out the sequence at `at`, or shows that there is one. Returns its length; null when it has not ended. */
  #escape(text: string, at: number): number | null {
    const kind = text.charAt(at + 1);
    if (kind === '') return null;
    if (kind === '[') return this.#controlSequence(text, at);
    if (kind === '7') this.#saved = { row: this.#row, column: this.#column };
    else if (kind === '8') this.#moveTo(this.#saved.row, this.#saved.column);
    else if (kind === 'c') this.#setStyle({ ...PLAIN, stderr: this.#style.stderr });
    else if (kind === 'M') this.#moveTo(this.#row - 1, this.#column);
    else if (kind === '(' || kind === ')') return at + 2 < text.length ? 3 : null;
    else {
      this.#show(ESCAPE);
      return 1;
    }
    return 2;
  }

  #controlSequence(text: string, at: number): number | null {
    let end = at + 2;
    while (end < text.length && isParameter(text.charCodeAt(end))) end++;
    if (end - at > SEQUENCE_LENGTH) {
      this.#show(ESCAPE);
      return 1;
    }
    if (end === text.length) return null;
    const code = text.charCodeAt(end);
    if (code < 0x40 || code > 0x7e) {
      this.#show(ESCAPE);
      return 1;
    }
    const written = text.slice(at + 2, end);
    // Those with a mark are modes of the terminal, which have no place here.
    if (/^[\d;:]*$/.test(written)) {
      const parameters = written === '' ? [] : written.split(/[;:]/).map(Number);
      this.#perform(text.charAt(end), parameters);
    }
    return end + 1 - at;
  }

  #perform(final: string, parameters: readonly number[]): void {
    const first = parameters[0] ?? 0;
    const count = Math.max(1, first);
    if (final === 'm') this.#setStyle(rendition(this.#style, parameters));
    else if (final === 'K') this.#eraseInLine(first);
    else if (final === 'J') this.#eraseInScreen(first);
    else if (final === 'A') this.#moveTo(this.#row - count, this.#column);
    else if (final === 'B') this.#moveTo(this.#row + count, this.#column);
    else if (final === 'C') this.#moveTo(this.#row, this.#column + count);
    else if (final === 'D') this.#moveTo(this.#row, this.#column - count);
    else if (final === 'E') this.#moveTo(this.#row + count, 0);
    else if (final === 'F') this.#moveTo(this.#row - count, 0);
    else if (final === 'G' || final === '`') this.#moveTo(this.#row, count - 1);
    else if (final === 'd') this.#moveTo(this.#top + count - 1, this.#column);
    else if (final === 'H' || final === 'f')
      this.#moveTo(this.#top + count - 1, Math.max(1, parameters[1] ?? 1) - 1);
    else if (final === 's') this.#saved = { row: this.#row, column: this.#column };
    else if (final === 'u') this.#moveTo(this.#saved.row, this.#saved.column);
  }

  /** The first line that a cursor can reach. */
  get #top(): number {
    return Math.max(0, this.lines.length - HEIGHT);
  }

  #moveTo(row: number, column: number): void {
    const top = this.#top;
    this.#row = Math.min(Math.max(row, top), top + HEIGHT - 1);
    while (this.lines.length <= this.#row) this.lines.push(new Line());
    this.#column = Math.min(Math.max(column, 0), LINE_LENGTH - 1);
  }

  #eraseInLine(which: number): void {
    if (which === 0) this.#line().erase(this.#column);
    else if (which === 1) this.#line().erase(0, this.#column + 1);
    else if (which === 2) this.#line().erase(0);
  }

  #eraseInScreen(which: number): void {
    if (which > 2) return;
    const from = which === 0 ? this.#row + 1 : this.#top;
    const to = which === 1 ? this.#row : this.lines.length;
    for (const line of this.lines.slice(from, to)) line.erase(0);
    this.#changedFrom = Math.min(this.#changedFrom, from);
    if (which < 2) this.#eraseInLine(which);
  }

  #setStyle(style: Style): void {
    const isPlain = Object.entries(PLAIN).every(([name, value]) => style[name as keyof Style] === value);
    // One object for what most lines are, so that they need no runs.
    this.#style = isPlain ? PLAIN : style;
  }

  #trim(): void {
    if (this.lines.length <= MAX_LINES && this.#characters <= MAX_CHARACTERS) return;
    // What was erased is still counted.
    this.#characters = this.lines.reduce((sum, { text }) => sum + text.length + 1, 0);
    if (this.lines.length <= MAX_LINES && this.#characters <= MAX_CHARACTERS) return;
    let count = 0;
    // Some more than must go, so that the next lines do not make it go through all of them again.
    const isFull = (): boolean =>
      this.#characters > 0.9 * MAX_CHARACTERS || this.lines.length - count > 0.9 * MAX_LINES;
    while (count < this.#top && isFull()) this.#characters -= (this.lines[count++]?.text.length ?? 0) + 1;
    this.lines.splice(0, count);
    this.dropped += count;
    this.#row = Math.max(0, this.#row - count);
    this.#saved.row = Math.max(0, this.#saved.row - count);
    this.#changedFrom = 0;
  }
}

function isControl(code: number): boolean {
  return code < 0x20 || (code >= 0x7f && code <= 0x9f);
}

function isParameter(code: number): boolean {
  return code >= 0x20 && code <= 0x3f;
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
