import { expect, test } from 'vitest';
import { run } from './launch.ts';

const FILE = `const fs = require('fs');
const piece = Buffer.alloc(1 << 20, 'x');
function file(name, mebibytes = 200) {
  const descriptor = fs.openSync(name, 'w');
  for (let count = 0; count < mebibytes; count++) fs.writeSync(descriptor, piece);
  return descriptor;
}
setInterval(() => {}, 1000);
`;

test.each([
  ['in many files', 'for (let number = 0; number < 3; number++) fs.closeSync(file("piece-" + number))'],
  [
    'in folders below folders, whatever their names',
    `let folder = Buffer.from('.');
    for (let number = 0; number < 3; number++) {
      folder = Buffer.concat([folder, Buffer.from([47, 0xff, 48 + number])]);
      fs.mkdirSync(folder);
      fs.closeSync(file(Buffer.concat([folder, Buffer.from('/piece')])));
    }`,
  ],
  [
    'in files it has removed and holds open',
    'for (let number = 0; number < 3; number++) { file("piece"); fs.unlinkSync("piece"); }',
  ],
  [
    'more files than it may have',
    // More names of one file, which a slow file system makes ten times as fast as files.
    'fs.writeFileSync("file", ""); for (let number = 0; number < 20100; number++) fs.linkSync("file", "" + number)',
  ],
])('more than its disk: %s', async (_, code) => {
  const { end } = await run(`${FILE}${code}`);
  expect(end).toMatchObject({ cause: 'disk', exitCode: null, signal: null });
});

test('holes, links and what is gone do not count', async () => {
  const { end, stdout } = await run(`${FILE}
    const pause = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
    fs.symlinkSync('/usr', 'link');
    for (let number = 0; number < 3; number++) {
      fs.closeSync(file('piece'));
      if (number < 2) fs.unlinkSync('piece');
      pause(300);
    }
    for (let number = 0; number < 5; number++) {
      fs.linkSync('piece', 'name-' + number);
      fs.closeSync(fs.openSync('hole-' + number, 'w'));
      fs.truncateSync('hole-' + number, 250 << 20);
    }
    pause(1200);
    console.log('done');
    process.exit(0);`);
  expect({ end, stdout }).toMatchObject({ end: { cause: 'exit', exitCode: 0 }, stdout: 'done\n' });
});
