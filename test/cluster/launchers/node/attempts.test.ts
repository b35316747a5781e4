import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { programPid, startNode } from './launch.ts';

describe('a program that turns on its launcher', () => {
  test('signals it may send change nothing', async () => {
    await using launcher = await startNode();
    const { end, stdout } = await launcher.result(`
      const names = ['INT', 'HUP', 'QUIT', 'USR1', 'USR2', 'PIPE', 'ALRM', 'VTALRM', 'IO', 'PWR', 'TSTP', 'TTIN', 'TTOU', 'XCPU', 'WINCH', 'CHLD', 'CONT', 'URG'];
      for (const name of names) process.kill(process.ppid, 'SIG' + name);
      setTimeout(() => console.log('sent'), 100)`);
    expect({ cause: end.cause, stdout }).toEqual({ cause: 'exit', stdout: 'sent\n' });
    expect(await launcher.hello()).toMatchObject({ state: 'ended' });
    expect(launcher.stderr).toBe('');
  });

  test('orders it gives in the place of the server end its own run at worst', async () => {
    await using launcher = await startNode();
    await launcher.hello();
    const { end } = await launcher.result(`const fs = require('fs');
      const junk = Buffer.alloc(300_000, 'run '); junk[200_000] = 10;
      process.kill(process.ppid, 0);
      let fd; try { fd = fs.openSync('/proc/' + process.ppid + '/fd/0', 'w') } catch {}
      if (fd !== undefined) { fs.writeSync(fd, junk); fs.writeSync(fd, '\\nrun x 1 y z\\nack 99999\\nstop forged 0\\n') }
      else process.exit(0);
      setInterval(() => {}, 1000)`);
    // A pipe can be opened by its name in /proc, a socket (what Node's own tests are given) cannot.
    expect(['forged', 'exit']).toContain(end.cause);
    expect(await launcher.hello()).toMatchObject({ state: 'ended', id: 'run-1' });
  });

  test('it finds nothing of the launcher in its environment and descriptors, and no secret in its command', async () => {
    await using launcher = await startNode({
      env: { PATH: process.env['PATH'] ?? '', LAUNCHERS: 'own' },
    });
    const { stdout } = await launcher.result(
      `const fs = require('fs');
      console.log(['cmdline', 'environ'].map((name) => fs.readFileSync('/proc/self/' + name, 'utf8')).join());
      console.log(JSON.stringify(fs.readdirSync('/proc/self/fd').map((fd) => { try { return fs.readlinkSync('/proc/self/fd/' + fd) } catch { return '' } })));
      require('child_process').execFileSync('/bin/sh', ['-c', 'echo; ls /proc/self/fd; echo "$SECRET"'], { stdio: 'inherit' })`,
      { env: { SECRET: 's3cret' } },
    );
    const [own, child] = stdout.split('\n\n');
    expect(own).not.toContain('s3cret');
    expect(own).not.toContain('LAUNCHERS');
    expect(own).not.toContain('socket:');
    // What this test's own process passes on to whatever it starts is not the launcher's doing.
    const bare = execFileSync('/bin/sh', ['-c', 'ls /proc/self/fd'], { encoding: 'utf8' });
    expect(child).toBe(`${bare}s3cret\n`);
  });
});

describe('where something is missing', () => {
  test('a waiting Node that is killed: it says so and exits, nothing was started', async () => {
    await using launcher = await startNode();
    await launcher.hello();
    process.kill(await programPid(launcher), 'SIGKILL');
    expect(await launcher.exited).toEqual({ code: 1, signal: null });
    expect(launcher.stderr).toMatch(/^launcher: .+\n$/);
    expect(launcher.frames.map(({ type }) => type)).not.toContain('start');
  });
});
