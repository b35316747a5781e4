import { describe, expect, test } from 'vitest';
import type { SessionTheme } from '../session-host.ts';
import { TestSession } from './session.ts';

export const describeApart: SessionTheme = (runner) => {
  describe('what a program tries in a session', () => {
    test('neither files nor processes of another session are to be found', async () => {
      await using first = await TestSession.open(runner(), 'python', {
        files: [{ path: 'secret.txt', content: Buffer.from('s3cret-in-a-file') }],
        env: [{ name: 'TOKEN', value: 's3cret-in-the-environment' }],
      });
      await first.output('open("made.txt", "w").write("s3cret-made")\nsecret = "s3cret-in-a-variable"');
      await using second = await TestSession.open(runner(), 'python');
      await second.output('1');
      const search = await second.output(SEARCH);
      expect(search).toBe('[]');
      const program = second.program(`${SEARCH.replace('found\n', 'print(found)\n')}`);
      expect((await program.succeeds()).text()).toBe('[]\n');
    });

    test('messages of its own are a lie about itself: wrong ends, files and displays harm nobody', async () => {
      await using liar = await TestSession.open(runner(), 'python');
      await using honest = await TestSession.open(runner(), 'python');
      await honest.output('x = 1');
      const run = liar.cell(LIES, { limits: { timeoutMs: 5000 } });
      await run.end;
      expect(
        run.displays.every(({ parts }) => parts.every(({ mediaType }) => mediaType === 'text/html')),
      ).toBe(true);
      // Its own next cell may be anything but another's.
      const next = liar.cell('print("next")', { limits: { timeoutMs: 5000 } });
      await next.end;
      expect(await honest.output('import os\nx, sorted(os.listdir())')).toBe('(1, [])');
      await using later = await TestSession.open(runner(), 'python');
      expect(await later.output('import os\nsorted(os.listdir())')).toBe('[]');
    });

    test('what a cell closes that it prints to, the next cell has again', async () => {
      await using session = await TestSession.open(runner(), 'python');
      await session.output('import io, os, sys\nx = 1');
      for (const code of [
        'sys.stdout.close(); sys.stderr.close()',
        'os.close(1); os.close(2)',
        'sys.stdout = io.StringIO(); sys.stdout.close()',
        'for cell in (c for c in __import__("gc").get_objects() if type(c).__name__ == "Output"): os.close(cell.kept)',
      ]) {
        expect((await session.cell(code).end).reason).toBe('EXITED');
        const next = await session.cell('print("out")\nprint("err", file=sys.stderr)\nx').succeeds();
        expect([next.text('STDOUT'), next.text('STDERR'), next.text('DISPLAY')]).toEqual([
          'out\n',
          'err\n',
          '1',
        ]);
      }
    });

    test('a cell that closes its descriptors and fills them again ends, or is ended, like any other', async () => {
      await using session = await TestSession.open(runner(), 'python');
      const run = session.cell(
        'import os\nfor fd in range(64):\n  try: os.close(fd)\n  except OSError: pass',
        {
          limits: { timeoutMs: 1000 },
        },
      );
      expect(['EXITED', 'TIMED_OUT', 'SIGNALLED']).toContain((await run.end).reason);
      await session.output('1', 'other');
    });
  });
};

/** All files that can be read from the root on, and what processes show of themselves, searched for the other's secrets. */
const SEARCH = `
import os
found = []
for top in ("/program", "/tmp", "/home", "/run", "/var", "/dev/shm", "/podline", "/proc"):
    for folder, _, names in os.walk(top):
        if folder.startswith("/proc/") and folder.count("/") > 3: continue
        for name in names:
            path = os.path.join(folder, name)
            if path.startswith("/proc/self") or (top == "/proc" and name not in ("environ", "cmdline")): continue
            if not os.path.isfile(path): continue
            try:
                with open(path, "rb") as file:
                    if b"s3cret-" + b"in" in file.read(1 << 20) or b"s3cret-" + b"made" in file.read(1 << 20): found.append(path)
            except OSError: pass
found
`;

/** Finds the token in the frames of its interpreter, and says what is not so. */
const LIES = `
import gc, json, os
messages = next(one for one in gc.get_objects() if type(one).__name__ == "Messages")
def lie(message, body=b""):
    messages.send(message, body)
for path in ("../escaped", "/tmp/escaped", "a/../../escaped", "a\\0b", "", ".", "x" * 300, "ok\\n"):
    lie({"type": "file", "path": path, "at": 0}, b"lie")
    lie({"type": "directory", "path": path})
    lie({"type": "removed", "path": path})
lie({"type": "file", "path": "huge", "at": 1 << 50}, b"lie")
lie({"type": "file", "path": "huge", "at": -1}, b"lie")
lie({"type": "file", "path": ["list"], "at": 0}, b"lie")
lie({"type": "display", "text": 5, "parts": []})
lie({"type": "display", "text": "t", "parts": [{"mediaType": "no", "data": "x", "isBase64": False}, 7, {"mediaType": "text/html", "data": "x", "isBase64": False}, {"mediaType": "image/png", "data": "*", "isBase64": True}]})
lie({"type": "unknown"})
lie([1])
for number in (0, 1, 2, 3, 99, "x", None): lie({"type": "ended", "number": number, "exitCode": 1 << 40})
os.write(1, messages._token)
os.write(1, messages._token + b"11ffff")
`;
