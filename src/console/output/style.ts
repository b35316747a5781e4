/** How a stretch of output looks. Colours: null is the default, 0 to 255 the palette, above it 0x1000000 + RGB. */
export interface Style {
  readonly foreground: number | null;
  readonly background: number | null;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
  readonly inverse: boolean;
  readonly strike: boolean;
  /** Printed to stderr. */
  readonly stderr: boolean;
  /** Stands for a control character that is not carried out. */
  readonly control: boolean;
  /** Typed by the reader, and not printed. */
  readonly echo: boolean;
}

export const PLAIN: Style = {
  foreground: null,
  background: null,
  bold: false,
  dim: false,
  italic: false,
  underline: false,
  inverse: false,
  strike: false,
  stderr: false,
  control: false,
  echo: false,
};

const RGB = 0x1000000;

const SWITCHES: { readonly [code: number]: Partial<Style> } = {
  1: { bold: true },
  2: { dim: true },
  3: { italic: true },
  4: { underline: true },
  7: { inverse: true },
  9: { strike: true },
  21: { underline: true },
  22: { bold: false, dim: false },
  23: { italic: false },
  24: { underline: false },
  27: { inverse: false },
  29: { strike: false },
  39: { foreground: null },
  49: { background: null },
};

/** The style after a Select Graphic Rendition sequence with these parameters; unknown ones are skipped. */
export function rendition(style: Style, parameters: readonly number[]): Style {
  let next = style;
  const codes = parameters.length === 0 ? [0] : parameters;
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] ?? 0;
    if (code === 0) next = { ...PLAIN, stderr: next.stderr };
    else if (code === 38 || code === 48) {
      const [color, used] = extendedColor(codes.slice(at + 1, at + 5));
      at += used;
      if (color !== null) next = { ...next, [code === 38 ? 'foreground' : 'background']: color };
    } else next = { ...next, ...SWITCHES[code], ...basicColor(code) };
  }
  return next;
}

function basicColor(code: number): Partial<Style> {
  if (code >= 30 && code <= 37) return { foreground: code - 30 };
  if (code >= 40 && code <= 47) return { background: code - 40 };
  if (code >= 90 && code <= 97) return { foreground: code - 82 };
  if (code >= 100 && code <= 107) return { background: code - 92 };
  return {};
}

/** The colour after 38 or 48, and how many parameters say it. */
function extendedColor([kind, a = 0, b = 0, c = 0]: readonly number[]): [number | null, number] {
  const byte = (value: number): number => Math.min(value, 255);
  if (kind === 5) return [byte(a), 2];
  if (kind === 2) return [RGB + (byte(a) << 16) + (byte(b) << 8) + byte(c), 4];
  return [null, 1];
}

/** A colour as CSS writes it. The first sixteen follow the page's theme. */
export function cssColor(color: number): string {
  if (color >= RGB) return `#${(color - RGB).toString(16).padStart(6, '0')}`;
  if (color < 16) return `var(--ansi-${color})`;
  if (color >= 232) {
    const grey = 8 + (color - 232) * 10;
    return `rgb(${grey} ${grey} ${grey})`;
  }
  const level = (value: number): number => (value === 0 ? 0 : 55 + value * 40);
  const cube = color - 16;
  return `rgb(${level(Math.floor(cube / 36))} ${level(Math.floor(cube / 6) % 6)} ${level(cube % 6)})`;
}

/** Whether both look the same. */
export function isSameStyle(a: Style, b: Style): boolean {
  if (a === b) return true;
  return (Object.keys(PLAIN) as (keyof Style)[]).every((name) => a[name] === b[name]);
}
