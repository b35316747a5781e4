const cell = new Int32Array(new SharedArrayBuffer(4));

/** Blocks the thread for so many milliseconds (fractions count; Infinity for ever) without using the processor. */
export function pause(milliseconds) {
  if (milliseconds > 0) Atomics.wait(cell, 0, 0, milliseconds);
}
