import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OUTPUT_FILES_BYTES } from '../../../src/bounds.ts';
import type { Runner } from '../../../src/executions/runner.ts';
import { ObservedRun, type RunOptions } from '../../contract/runner/run.ts';
import { templateFile } from '../service/support/temporary-file.ts';
import { TestNamespace } from '../support/namespace.ts';
import { openRunner, removingAfterwards } from '../support/runner.ts';

/** Folders, files and their kinds, which a shell makes: the same in every language. */
const shell = (language: string, script: string): string =>
  language === 'python'
    ? `import subprocess, sys\nsys.exit(subprocess.run(["sh", "-c", ${JSON.stringify(script)}]).returncode)`
    : `process.exit(require("child_process").spawnSync("sh", ["-c", ${JSON.stringify(script)}], { stdio: "inherit" }).status)`;

const LARGE = {
  python: `import hashlib, os
data = os.urandom(1 << 20)
with open("large", "wb") as file:
    for _ in range(32): file.write(data)
print(hashlib.sha256(data * 32).hexdigest())`,
  javascript: `const fs = require("fs"), crypto = require("crypto");
const data = crypto.randomBytes(1 << 20), hash = crypto.createHash("sha256"), file = fs.openSync("large", "w");
for (let n = 0; n < 32; n++) { fs.writeSync(file, data); hash.update(data); }
console.log(hash.digest("hex"))`,
};

describe.each([
  ['runc', {}],
  ['gvisor', { spec: { runtimeClassName: 'gvisor' } }],
])('files that programs leave in pods: %s', { timeout: 180_000 }, (kernel, template) => {
  let namespace: TestNamespace;
  let runner: Runner;
  let resources: AsyncDisposableStack;
  beforeAll(async () => {
    resources = new AsyncDisposableStack();
    const { path: podTemplateFile } = resources.use(await templateFile(template));
    namespace = resources.use(await TestNamespace.create(`files-${kernel}`));
    runner = removingAfterwards(
      resources.use(await openRunner(namespace, { podTemplateFile, warm: { python: 1, javascript: 1 } })),
    );
  });
  afterAll(() => resources.disposeAsync());

  describe.each(['python', 'javascript'] as const)('%s', (language) => {
    const makes = async (script: string, options: RunOptions = {}): Promise<ObservedRun> => {
      const run = new ObservedRun(runner, language, shell(language, script), {
        fileName: mainOf(language),
        ...options,
      });
      await run.end;
      expect(run.text('STDERR')).toBe('');
      return run;
    };
    const reasons = ({ files }: ObservedRun): Record<string, string> =>
      Object.fromEntries(files.omitted.map(({ path, reason }) => [path, reason]));

    test('32 MiB come out whole', async () => {
      const run = new ObservedRun(runner, language, LARGE[language], { fileName: mainOf(language) });
      await run.endsBy('EXITED');
      expect(run.files.result.files).toMatchObject([
        { path: 'large', bytes: OUTPUT_FILES_BYTES, sha256: run.text().trim() },
      ]);
    });

    test('links to what lies outside of the directory, named pipes, and what else is no file', async () => {
      const run =
        await makes(`ln -s /etc/passwd passwd; ln -s /podline ours; ln -s /proc/1/environ environ; ln -s ../../etc up
ln -s . self; ln -s ${mainOf(language)} own; ln -s /proc/self/fd/0 fd; ln -s nowhere gone; mkfifo pipe; ln ${mainOf(language)} source
mknod device c 1 5 2>/dev/null; ln /podline/* . 2>/dev/null; ln /etc/passwd hard 2>/dev/null; printf x >real; printf x >/tmp/elsewhere; true`);
      expect(run.files.paths).toEqual(['real', 'source']);
      const links = ['environ', 'fd', 'gone', 'ours', 'own', 'passwd', 'self', 'up'];
      expect(reasons(run)).toEqual({
        ...Object.fromEntries(links.map((path) => [path, 'It is a symbolic link, not a regular file.'])),
        pipe: 'It is a named pipe, not a regular file.',
      });
    });

    test('sparse files, folders without end, names that are no UTF-8, rights that were taken away', async () => {
      const path = (folders: number): string => Array.from({ length: folders }, () => 'd').join('/');
      const run =
        await makes(`truncate -s 250M sparse; printf 1 >z; mkdir closed; printf 1 >closed/a; printf 1 >shut
chmod 0 closed shut; printf 1 >"$(printf 'n\\377')"; printf 1 >"new
line"; mkdir -p ${path(1000)}; for f in ${[1, 20, 31, 40].map((folders) => `${path(folders)}/f`).join(' ')}; do printf 1 >$f; done`);
      expect(run.files.paths).toEqual([`${path(20)}/f`, `${path(31)}/f`, 'd/f', 'new\nline', 'z'].sort());
      expect(reasons(run)).toEqual({
        sparse: expect.stringContaining('262144000 bytes'),
        closed: 'The program took the right to read it away.',
        shut: 'The program took the right to read it away.',
        'n\ufffd': 'Its name is not UTF-8.',
        [path(33)]: 'At most 32 folders within each other are looked at.',
      });
    });

    test('more files than are looked at, and than there may be', async () => {
      const run = await makes('seq 15000 | xargs touch', { limits: { timeoutMs: 60_000 } });
      expect(run.files.paths).toHaveLength(64);
      expect(run.files.omitted).toHaveLength(101);
      expect(run.files.omitted[0]?.reason).toBe(
        'Only 10000 files and folders are looked at: there are more.',
      );
      const beyond = new ObservedRun(
        runner,
        language,
        shell(language, 'seq 100000 | xargs touch; sleep 60'),
        {
          fileName: mainOf(language),
          limits: { timeoutMs: 60_000 },
        },
      );
      await beyond.endsBy('EVICTED');
      expect(beyond.files.paths).toHaveLength(64);
    });

    test('what another process of it goes on writing is over with it', async () => {
      const run = await makes(
        '(while :; do printf "%4096s" x >>growing; [ $(stat -c %s growing) -gt 9000000 ] && : >growing; done) & sleep 0.3; exit 0',
      );
      expect(run.files.paths).toEqual(['growing']);
    });

    test('caches are not among them', async () => {
      const files = [{ path: 'helper.py', content: Buffer.from('x = 1') }];
      const script = '(python3 -c "import helper" || true) 2>/dev/null; mkdir -p $XDG_CACHE_HOME/a';
      const run = await makes(script, { payload: { files } });
      expect(run.files.paths).toEqual([]);
    });
  });

  test('are taken by whoever adopts the execution', async () => {
    const first = await openRunner(namespace, { warm: {} });
    const run = new ObservedRun(
      first,
      'python',
      `import time\nprint("on", flush=True)\ntime.sleep(1)\n${LARGE.python}`,
    );
    await run.printed('on\n');
    await first[Symbol.asyncDispose]();
    await expect(run.outcome).resolves.toEqual({ kind: 'detached' });
    const adopted = run.adoptedBy(runner);
    await adopted.endsBy('EXITED');
    expect(adopted.files.result.files).toMatchObject([
      { path: 'large', sha256: adopted.text().trim().split('\n')[1] },
    ]);
  });

  test('of a program that ran out of memory, or nothing with the reason', async () => {
    const code =
      'open("left", "w").write("x")\nprint("on", flush=True)\ndata = []\nwhile True: data.append(bytearray(1 << 20))';
    const run = new ObservedRun(runner, 'python', code);
    await run.endsBy('OUT_OF_MEMORY');
    const reason = 'Its pod ended before its files could be taken.';
    if (run.files.paths.length === 0) expect(run.files.omitted).toEqual([{ path: '…', reason }]);
    else expect(run.files.paths).toEqual(['left']);
  });
});

/** CommonJS, whatever a language's own default is. */
function mainOf(language: string): string {
  return language === 'python' ? 'main.py' : 'main.cjs';
}
