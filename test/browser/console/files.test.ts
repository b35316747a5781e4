import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { hasBubblewrap } from '../../runner/native/here.ts';
import { openService } from '../../service/support/service.ts';
import { ConsolePage } from '../support/console.ts';
import { obstacles } from '../support/obstacles.ts';
import { consoleSuite } from '../support/suite.ts';

const HOSTILE_SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40" onload="top.document.title = 'run'">
<script>top.document.title = 'run'; fetch('/graphql?stolen')</script>
<image href="https://elsewhere.example/pixel.png"/><rect width="60" height="40" fill="green"/></svg>`;
const PROGRAM = `import os, struct, zlib
def png(width, height, pixel):
    rows = b"".join(b"\\0" + bytes(c for x in range(width) for c in pixel(x, y)) for y in range(height))
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\\x89PNG\\r\\n\\x1a\\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
os.mkdir("plots")
open("plots/wave.png", "wb").write(png(240, 120, lambda x, y: (x, 255 - y * 2, 120)))
open("drawn.svg", "w").write(${JSON.stringify(HOSTILE_SVG)})
open("broken.png", "w").write("no picture")
open("sums.csv", "w").write("n,sum\\n1,1\\n2,3\\n")
open("page.html", "w").write("<script>top.document.title = 'run'</script>")
os.symlink("/etc/passwd", "link")
print("done")
`;

// Says why it is skipped when it is: the host that this machine has without a cluster takes bubblewrap.
describe.runIf(hasBubblewrap)('files that a program left', () => {
  const suite = consoleSuite({ RUNNER: 'native', WARM: 'python=1' });

  test('are saved, pictures are seen, and nothing in them runs', async () => {
    await using console = await suite.open();
    const id = await console.run(PROGRAM, 'python');
    await console.hasStatus(/Succeeded/);
    const left = console.page.getByRole('region', { name: 'Files that it left' });
    const wave = left.getByRole('img', { name: 'plots/wave.png' });
    await wave.waitFor();
    expect(await wave.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(240);
    await left.getByRole('img', { name: 'drawn.svg' }).waitFor();
    await left.getByText('broken.png: no picture').waitFor();
    await left.getByText('link: not kept. It is').waitFor();
    expect(await obstacles(console.page)).toEqual([]);
    const downloading = console.page.waitForEvent('download');
    await left.getByRole('link', { name: 'sums.csv' }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe('sums.csv');
    expect(await readFile(await download.path(), 'utf8')).toBe('n,sum\n1,1\n2,3\n');
    await left.getByRole('button', { name: 'Enlarge plots/wave.png' }).click();
    expect(await obstacles(console.page)).toEqual([]);
    await console.photograph('files');
    await console.page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    expect(await console.page.title()).toBe('Podline');
    expect(console.requested.filter((url) => /elsewhere|stolen/.test(url))).toEqual([]);
    expect(console.complaints).toEqual([]);
    await using other = await suite.open({ path: `/executions/${id}`, width: 390, colorScheme: 'dark' });
    await other.page.getByRole('img', { name: 'plots/wave.png' }).waitFor();
    await other.page.getByRole('region', { name: 'Files that it left' }).scrollIntoViewIfNeeded();
    await other.photograph('files-390-dark');
  });

  test('are seen and saved with a key, too', async () => {
    await using guarded = await openService({
      RUNNER: 'native',
      WARM: 'python=1',
      API_KEYS: 'ada=key-of-ada',
    });
    await using console = await ConsolePage.open(suite.browser, guarded.url);
    await console.page.getByLabel('API key').fill('key-of-ada');
    await console.page.getByRole('button', { name: 'Continue' }).click();
    await console.run(PROGRAM, 'python');
    await console.page.getByRole('img', { name: 'plots/wave.png' }).waitFor();
    const downloading = console.page.waitForEvent('download');
    await console.page.getByRole('link', { name: 'page.html' }).click();
    expect(await readFile(await (await downloading).path(), 'utf8')).toContain('<script>');
  });
});
