import { expect } from 'vitest';
import type { ConsolePage } from './console.ts';
import { obstacles } from './obstacles.ts';

const WIDTHS = [1280, 768, 390];
const HEIGHT = 820;

/** The windows and themes that the console is looked at in. */
export const VARIANTS = WIDTHS.flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme) => ({
    width,
    height: HEIGHT,
    colorScheme,
    // What differs by theme is the same at every width.
    isChecked: colorScheme === 'light' || width === WIDTHS[0],
  })),
);
export type Variant = (typeof VARIANTS)[number];

/** Whether the page as it is keeps nobody from using it, in one variant; a picture of it is left in test-output/. */
export async function expectUsable(
  console: ConsolePage,
  name: string,
  { width, colorScheme, isChecked }: Variant,
): Promise<void> {
  await console.photograph(`${name}-${width}-${colorScheme}`);
  if (isChecked) expect(await obstacles(console.page)).toEqual([]);
  const overflow = () => console.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  await expect.poll(overflow, { timeout: 5000 }).toBeLessThanOrEqual(0);
}

/** The same in each variant, one after the other. */
export async function expectUsableInAll(console: ConsolePage, name: string): Promise<void> {
  for (const variant of VARIANTS) {
    const { width, height, colorScheme } = variant;
    await console.page.setViewportSize({ width, height });
    await console.page.emulateMedia({ colorScheme });
    // Drawn anew.
    await console.page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    );
    await expectUsable(console, name, variant);
  }
}
