import { signal } from '@preact/signals';
import { drawRow } from './draw-row.ts';
import { Layout, type Row } from './layout.ts';
import type { Match } from './matches.ts';
import type { Screen } from './screen.ts';

/** Rows that are drawn above and below those in sight. */
const SPARE = 12;
/** Keys that scroll upwards. */
const UPWARDS: readonly string[] = ['Home', 'PageUp', 'ArrowUp'];
/** How near to the end counts as at the end, rows. */
const NEAR = 1.5;

/**
 * Shows a screen in a scrolling element: only the rows in sight are elements, so that any number of lines costs the same.
 * It follows the end until the reader scrolls away from it, and again from when the reader is back there.
 */
export class Pane {
  /** Whether the newest lines are kept in sight. */
  readonly following = signal(true);
  readonly #screen: Screen;
  readonly #isTight: boolean;
  readonly #scroller: HTMLElement;
  readonly #rows = document.createElement('div');
  readonly #probe = document.createElement('span');
  readonly #layout = new Layout();
  readonly #resize: ResizeObserver;
  #columns = 80;
  #rowHeight = 20;
  #dropped = 0;
  /** Where it was scrolled to last. */
  #scrollTop = 0;
  #frame: number | null = null;
  #shown = new Map<string, HTMLElement>();
  #matches: readonly Match[] = [];
  #matchesByLine = new Map<number, Match[]>();
  #current: Match | null = null;
  #search = 0;

  /**
   * @param scroller an empty element that scrolls; it is emptied again when the pane is closed
   * @param isTight whether the empty line behind the last line end takes no room
   */
  constructor(screen: Screen, scroller: HTMLElement, isTight = false) {
    this.#screen = screen;
    this.#isTight = isTight;
    this.#scroller = scroller;
    this.#rows.className = 'rows';
    this.#probe.className = 'probe';
    this.#probe.ariaHidden = 'true';
    this.#probe.textContent = 'M'.repeat(100);
    scroller.replaceChildren(this.#probe, this.#rows);
    scroller.addEventListener('scroll', this.#scrolled, { passive: true });
    scroller.addEventListener('keydown', this.#leave);
    scroller.addEventListener('wheel', this.#leave, { passive: true });
    this.#resize = new ResizeObserver(() => this.#measure());
    this.#resize.observe(scroller);
    this.#measure();
  }

  /** Draws with the next frame what has changed until then. */
  update(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null;
      this.#draw();
    });
  }

  /** Goes to the end and stays there. */
  follow(): void {
    this.following.value = true;
    this.update();
  }

  /** Marks these places, one of them as the current one, and brings that one into sight. */
  mark(matches: readonly Match[], current: Match | null): void {
    this.#search++;
    this.#matches = matches;
    this.#matchesByLine = Map.groupBy(matches, ({ line }) => line);
    const moved = current !== null && current !== this.#current;
    this.#current = current;
    if (moved) this.#reveal(current);
    this.update();
  }

  /** Stops drawing; calling it again is harmless. */
  close(): void {
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.#resize.disconnect();
    this.#scroller.removeEventListener('scroll', this.#scrolled);
    this.#scroller.removeEventListener('keydown', this.#leave);
    this.#scroller.removeEventListener('wheel', this.#leave);
    this.#scroller.replaceChildren();
  }

  /** The reader is about to scroll upwards: lines that come before the first step of that must not undo it. */
  #leave = (event: KeyboardEvent | WheelEvent): void => {
    const isUpwards = event instanceof WheelEvent ? event.deltaY < 0 : UPWARDS.includes(event.key);
    if (isUpwards && this.#scroller.scrollTop > 0) this.following.value = false;
  };

  #scrolled = (): void => {
    const { scrollTop, clientHeight, scrollHeight } = this.#scroller;
    const left = scrollHeight - clientHeight - scrollTop;
    // A step upwards leaves the end, however small: keys scroll in many, and each must not be undone before the next.
    const isUpwards = scrollTop < this.#scrollTop && left > 1;
    this.following.value = !isUpwards && left <= NEAR * this.#rowHeight;
    this.#scrollTop = scrollTop;
    this.update();
  };

  #measure(): void {
    const { width, height } = this.#probe.getBoundingClientRect();
    if (width > 0) {
      const padding = this.#rows.offsetLeft * 2;
      this.#columns = Math.max(10, Math.floor((this.#scroller.clientWidth - padding) / (width / 100)) - 1);
      this.#rowHeight = height;
    }
    this.update();
  }

  #reveal({ line, from }: Match): void {
    this.#lay();
    const top = this.#layout.rowOf(this.#screen.lines, line, from) * this.#rowHeight;
    const { scrollTop, clientHeight } = this.#scroller;
    if (top < scrollTop || top > scrollTop + clientHeight - 2 * this.#rowHeight) {
      this.following.value = false;
      this.#scroller.scrollTop = Math.max(0, top - clientHeight / 3);
    }
  }

  /** Brings layout and height up to date with the screen. */
  #lay(): void {
    const { lines, dropped } = this.#screen;
    const before = this.#layout.rows;
    this.#layout.update(lines, this.#screen.takeChanged(), this.#columns);
    if (dropped !== this.#dropped) {
      // What the reader looks at stays in sight while older lines go.
      const gone = before - this.#layout.rows;
      if (!this.following.value && gone > 0) this.#scroller.scrollTop -= gone * this.#rowHeight;
      this.#dropped = dropped;
    }
    const shown = this.#layout.rows - (this.#isTight && this.#screen.endsLine ? 1 : 0);
    this.#rows.style.height = `${shown * this.#rowHeight}px`;
  }

  #draw(): void {
    const scroller = this.#scroller;
    this.#lay();
    if (this.following.value) scroller.scrollTop = scroller.scrollHeight;
    const first = Math.max(0, Math.floor(scroller.scrollTop / this.#rowHeight) - SPARE);
    const count = Math.ceil(scroller.clientHeight / this.#rowHeight) + 2 * SPARE;
    const shown = new Map<string, HTMLElement>();
    for (const row of this.#layout.slice(this.#screen.lines, first, count)) {
      const key = this.#keyOf(row);
      const element = this.#shown.get(key) ?? this.#drawRow(row);
      element.style.top = `${row.at * this.#rowHeight}px`;
      shown.set(key, element);
    }
    replaceRows(this.#rows, [...shown.values()]);
    this.#shown = shown;
  }

  /** The same for as long as the row looks the same. */
  #keyOf({ line, from, to }: Row): string {
    const revision = this.#screen.lines[line]?.revision ?? 0;
    return `${this.#dropped + line} ${from} ${to} ${revision} ${this.#matches.length > 0 ? this.#search : ''}`;
  }

  #drawRow(row: Row): HTMLElement {
    const line = this.#screen.lines[row.line];
    if (!line) throw new Error(`Expected a line ${row.line} to draw.`);
    if (line.block !== null) {
      line.block.element.style.height = `${line.block.rows * this.#rowHeight}px`;
      return line.block.element;
    }
    return drawRow(line, row, this.#matchesByLine.get(row.line) ?? [], this.#current);
  }
}

/** Leaves alone what stays: a selection in it lives on. */
function replaceRows(parent: HTMLElement, rows: readonly HTMLElement[]): void {
  const wanted = new Set<Node>(rows);
  for (const child of [...parent.childNodes]) if (!wanted.has(child)) child.remove();
  let next = parent.firstChild;
  for (const row of rows) {
    if (row === next) next = next.nextSibling;
    else parent.insertBefore(row, next);
  }
}
