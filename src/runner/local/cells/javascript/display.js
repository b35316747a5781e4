/** Bounds of one display, as in ../python/display.py. */
const DISPLAY_BYTES = 8 * 1024 * 1024;
const DISPLAY_PARTS = 16;
const TEXT_LENGTH = 4000;

const BUNDLE = Symbol.for('Jupyter.display');
const REPRESENTATIONS = {
  _repr_html_: 'text/html',
  _repr_markdown_: 'text/markdown',
  _repr_svg_: 'image/svg+xml',
  _repr_png_: 'image/png',
  _repr_jpeg_: 'image/jpeg',
  _repr_latex_: 'text/latex',
  _repr_json_: 'application/json',
};
const { Buffer } = process.getBuiltinModule('node:buffer');
/** How this runtime shows a value. */
export const inspect = globalThis.Deno?.inspect ?? process.getBuiltinModule('node:util').inspect;

/** Gives programs a `display(value, …)`. */
export function offerDisplay(send) {
  globalThis.display = (...values) => {
    for (const value of values) {
      const { text, parts } = display(value, true);
      if (text !== '' || parts.length > 0) send(text, parts);
    }
  };
}

/**
 * A value by media types, as far as it says how (`Symbol.for('Jupyter.display')`, `_repr_html_` and so on), and as text.
 * @param mayBeBundle whether an object by media types stands for what it holds
 */
export function display(value, mayBeBundle = false) {
  const bundle = mayBeBundle && isBundle(value) ? { ...value } : bundleOf(value);
  let text = String(bundle['text/plain'] ?? '');
  delete bundle['text/plain'];
  if (text.length > TEXT_LENGTH) {
    bundle['text/plain'] = text;
    text = `${text.slice(0, TEXT_LENGTH)}\n[${text.length - TEXT_LENGTH} more characters]`;
  }
  const parts = [];
  const omitted = [];
  let left = DISPLAY_BYTES;
  for (const [mediaType, data] of Object.entries(bundle)) {
    // It has no such form.
    if (data === undefined || data === null) continue;
    const part = partOf(mediaType, data);
    const size = Buffer.byteLength(JSON.stringify(part.data));
    if (size > left || parts.length >= DISPLAY_PARTS) {
      omitted.push(
        `[${mediaType} of ${size} bytes left out: at most ${DISPLAY_BYTES} of one result are kept]`,
      );
      continue;
    }
    left -= size;
    parts.push(part);
  }
  return { text: [text, ...omitted].filter(Boolean).join('\n'), parts };
}

function isBundle(value) {
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  return keys.length > 0 && keys.every((key) => /^[^/]+\/[^/]+$/.test(key));
}

function bundleOf(value) {
  const bundle = { 'text/plain': inspect(value, { colors: false }) };
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return bundle;
  for (const [name, mediaType] of Object.entries(REPRESENTATIONS)) {
    const data = typeof value[name] === 'function' ? value[name]() : undefined;
    if (data !== undefined && data !== null) bundle[mediaType] = data;
  }
  if (typeof value[BUNDLE] === 'function') Object.assign(bundle, value[BUNDLE]());
  return bundle;
}

function partOf(mediaType, data) {
  if (data instanceof Uint8Array) {
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    return { mediaType, data: bytes.toString('base64'), isBase64: true };
  }
  if (typeof data !== 'string') return { mediaType, data: JSON.stringify(data) ?? '', isBase64: false };
  const isBase64 = mediaType.startsWith('image/') && !mediaType.endsWith('+xml');
  return { mediaType, data, isBase64 };
}
