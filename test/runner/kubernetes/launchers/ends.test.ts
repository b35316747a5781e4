import { describe, expect, test } from 'vitest';
import { processesIn } from '../../../support/launcher/processes.ts';
import { eachLauncher } from './table.ts';

const BY_OTHERS = { exitCode: null, signal: null };

eachLauncher(({ programs, start }) => {
  describe('the first cause', () => {
    test('an exit, and a signal', async () => {
      await using exits = await start();
      expect((await exits.result(programs.hello)).end).toMatchObject({
        cause: 'exit',
        exitCode: 0,
        signal: null,
        truncated: false,
      });
      await using crashes = await start();
      expect((await crashes.result(programs.crashes)).end).toMatchObject({
        cause: 'signal',
        exitCode: null,
        signal: 'SIGSEGV',
      });
    });

    test('the time limit: SIGTERM once, SIGKILL after a second; a later cause changes nothing', async () => {
      await using launcher = await start();
      launcher.run(programs.ignoresTerm, { timeoutMs: 1500 });
      await launcher.printed('asked\n');
      launcher.send('stop cancelled 600000', 'stop cancelled 500000');
      expect(await launcher.end()).toMatchObject({ cause: 'timeout', ...BY_OTHERS });
      expect(launcher.stdout()).toBe('on\nasked\n');
    });

    test('a stop, which a later one may hasten', async () => {
      await using launcher = await start();
      launcher.run(programs.ignoresTerm);
      await launcher.printed('on\n');
      launcher.send('stop cancelled 600000');
      await launcher.printed('asked\n');
      launcher.send('stop interrupted 0');
      expect(await launcher.end()).toMatchObject({ cause: 'cancelled', ...BY_OTHERS });
      expect(await processesIn(launcher.directory)).toEqual([launcher.process.pid]);
    });

    test('stop is ignored while no program runs', async () => {
      await using launcher = await start();
      launcher.send('stop cancelled 0');
      expect((await launcher.result(programs.hello)).end).toMatchObject({ cause: 'exit' });
      launcher.send('stop cancelled 0');
      expect(await launcher.hello()).toMatchObject({ state: 'ended' });
      expect(launcher.frames.filter(({ type }) => type === 'end')).toHaveLength(1);
    });
  });

  test.each([
    ['outside its directory', '../outside', 'not inside the working directory'],
    ['at a place that is a directory', '.', 'not inside the working directory'],
    ['with a name that is too long', 'n'.repeat(300), 'cannot be written (ENAMETOOLONG)'],
  ])('a file %s ends the run as a program that says so', async (_, path, why) => {
    await using launcher = await start();
    const { end, stdout, stderr } = await launcher.result(programs.hello, { files: [{ path, content: '' }] });
    expect([stdout, stderr]).toEqual(['', `${path}: ${why}\n`]);
    expect(end).toMatchObject({ cause: 'exit', exitCode: 1, signal: null });
  });

  test('its user has a name', async () => {
    await using launcher = await start();
    const isPython = programs.hello.startsWith('print');
    const { stdout } = await launcher.result(
      isPython
        ? 'import getpass\nprint(getpass.getuser())'
        : 'console.log([process.env.USER, process.env.LOGNAME].join())',
    );
    expect(stdout).toBe(isPython ? 'program\n' : 'program,program\n');
  });
});
