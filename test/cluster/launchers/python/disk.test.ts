import { expect, test } from 'vitest';
import { startPython } from './python.ts';

const FILE = `import os, time
def file(name, mebibytes=200):
    descriptor = os.open(name, os.O_CREAT | os.O_WRONLY)
    os.posix_fallocate(descriptor, 0, mebibytes << 20)
    return descriptor
`;

test.each([
  ['in many files', 'for number in range(3): os.close(file(f"piece-{number}"))'],
  [
    'in folders below folders',
    'for number in range(3): os.mkdir(str(number)); os.chdir(str(number)); os.close(file("piece"))',
  ],
  ['in files it has removed and holds open', 'for number in range(3): file("piece"); os.unlink("piece")'],
  [
    'in removed files of another process',
    'if os.fork() == 0:\n    for number in range(3): file("piece"); os.unlink("piece")',
  ],
  ['more files than it may have', 'for number in range(20100): os.close(os.open(str(number), os.O_CREAT))'],
])('more than its disk: %s', async (_, code) => {
  await using launcher = await startPython();
  const { end } = await launcher.result(`${FILE}${code}\ntime.sleep(600)`);
  expect(end).toMatchObject({ cause: 'disk', exitCode: null, signal: null });
});

test('holes, links and what is gone do not count', async () => {
  await using launcher = await startPython();
  const { end, stdout } = await launcher.result(`${FILE}
os.symlink("/usr", "link")
for number in range(3):
    os.close(file("piece"))
    if number < 2: os.unlink("piece")
    time.sleep(0.3)
for number in range(5):
    os.link("piece", f"name-{number}")
    with open(f"hole-{number}", "wb") as sparse: sparse.truncate(250 << 20)
time.sleep(1.2)
print("done")`);
  expect({ end, stdout }).toMatchObject({ end: { cause: 'exit', exitCode: 0 }, stdout: 'done\n' });
});

test('the first cause counts', async () => {
  await using launcher = await startPython();
  launcher.run(`${FILE}
import signal
signal.signal(signal.SIGTERM, lambda *_: [file(f"piece-{number}") for number in range(3)])
print("on")
while True: time.sleep(1)`);
  await launcher.printed('on');
  launcher.send('stop cancelled 5000');
  expect(await launcher.end()).toMatchObject({ cause: 'cancelled' });
});
