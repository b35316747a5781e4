import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { findPython, TestLauncher } from '../../../support/launcher/launchers.ts';

const MODULES = 'import sys; print(*sorted(sys.modules))';

/** What a program prints, once the usual modules were imported before it. */
async function printed(code: string): Promise<string> {
  await using launcher = await TestLauncher.start('python');
  await launcher.hello();
  // It imports until its program comes.
  await new Promise((resolve) => setTimeout(resolve, 500));
  const { end, stdout, stderr } = await launcher.result(code);
  expect([end.cause, end.exitCode, stderr]).toEqual(['exit', 0, '']);
  return stdout;
}

test('a program finds the modules imported that python3 has', async () => {
  const bare = execFileSync(findPython(), ['-s', '-c', MODULES], { encoding: 'utf8' });
  expect(await printed(MODULES)).toBe(bare);
});

test('an import gives a module, and all that it imports, as if it was its first', async () => {
  const code = `import sys
before = set(sys.modules)
import json.decoder
print(sorted(set(sys.modules) - before))
print(sys.modules["json"] is json, json.__spec__.name, type(json.__spec__.loader) is type(json.__loader__))
print(json.loads("[1]"), json.dumps({"a": 1.5}))
import importlib, json.decoder as again
print(again is json.decoder, importlib.reload(json) is json)`;
  const lines = (await printed(code)).split('\n');
  expect(lines[0]).toMatch(/^\['_json', 'json', 'json\.decoder', 'json\.encoder', 'json\.scanner'/);
  expect(lines.slice(1)).toEqual(['True json True', '[1] {"a": 1.5}', 'True True', '']);
});

test('what a module puts beside itself comes and goes with it', async () => {
  const code = `import sys
print([name for name in sys.modules if name.startswith("typing.")] if "typing" not in sys.modules else [])
import typing
print(all(sys.modules[name] is not None for name in sys.modules if name.startswith("typing.")), typing.List[int])`;
  expect(await printed(code)).toBe('[]\nTrue typing.List[int]\n');
});

test('threads of a module that the program did not import itself are waited for', async () => {
  const code = `import time
from concurrent.futures import ThreadPoolExecutor
def late():
    time.sleep(0.2)
    print("late")
ThreadPoolExecutor(1).submit(late)
print("first")`;
  expect(await printed(code)).toBe('first\nlate\n');
});

test('what imports much works: asyncio, pickles, subprocesses, data classes', async () => {
  const code = `import asyncio, dataclasses, datetime, decimal, pickle, subprocess, sys, typing
@dataclasses.dataclass
class Point:
    x: int
    at: typing.Optional[datetime.date] = None
async def main():
    process = await asyncio.create_subprocess_exec("echo", "from a process", stdout=subprocess.PIPE)
    return (await process.communicate())[0].decode().strip()
print(asyncio.run(main()))
print(pickle.loads(pickle.dumps(Point(1, datetime.date(2020, 1, 2)))))
print(typing.get_type_hints(Point)["x"], decimal.Decimal("0.1") + decimal.Decimal("0.2"))`;
  expect(await printed(code)).toBe(
    "from a process\nPoint(x=1, at=datetime.date(2020, 1, 2))\n<class 'int'> 0.3\n",
  );
});
