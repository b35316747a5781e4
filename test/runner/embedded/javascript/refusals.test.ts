import { expect, test } from 'vitest';
import { useJavascriptRunner } from '../javascript_runner.ts';

const { run } = useJavascriptRunner();

const MODULES = 'the modules of Node and the files given with the program only, see "podline runtimes"';

test.each([
  ['import "lodash"', 'Cannot find package "lodash": the embedded sandbox has', MODULES],
  ['import "npm:chalk"', 'npm packages cannot be imported: the embedded sandbox has', MODULES],
  ['await import("https://example.org/a.js")', 'Requires import access', MODULES],
  ['await import("jsr:@std/path")', 'Cannot find package "@std/path"', MODULES],
  ['require("lodash")', "Cannot find module 'lodash': the embedded sandbox has", MODULES],
  ['await fetch("https://example.org")', 'Requires net access', 'the embedded sandbox has no network'],
  ['require("http").get("http://example.org")', 'getaddrinfo EPERM', 'the embedded sandbox has no network'],
  [
    'require("fs").writeFileSync("/a", "")',
    'Requires write access',
    'the embedded sandbox writes no files but in',
  ],
  [
    'require("fs").readFileSync("/etc/passwd")',
    'Requires read access',
    'reads only the files given with the program',
  ],
  [
    'require("child_process").execSync("ls")',
    'Command failed: ls',
    'the embedded sandbox starts no processes',
  ],
  ['require("child_process").spawn("ls")', '', 'the embedded sandbox starts no processes'],
  ['require("os").cpus()', 'Requires sys access', 'the embedded sandbox says nothing of the machine'],
  ['export {}; require("fs")', 'require does not exist in an ES module', 'use import, or name the file .cjs'],
  ['export {}; __dirname', '__dirname does not exist in an ES module', 'use import.meta.dirname'],
  ['document.title', 'document exists only in a browser', ''],
  ['Deno.openKv()', 'Deno.openKv is not there', ''],
])('%s: what is missing here, without advice for another place', async (code, message, reason) => {
  const program = run(code);
  expect((await program.endsBy('EXITED')).exitCode).toBe(1);
  const stderr = program.text('STDERR');
  expect(stderr).toContain(message);
  expect(stderr).toContain(reason);
  expect(stderr).not.toMatch(/--allow|--unstable|deno add|hint:|run again|launchers/);
  expect(stderr).not.toContain('\u001b');
});

test('an error that the program handles says the same', async () => {
  const program = run(`try { Deno.readTextFileSync('/etc/passwd') } catch (error) {
    console.log(error instanceof Deno.errors.NotCapable, error instanceof Error, error.name, error.message, error.stack.includes('launchers'));
  }`);
  await program.endsBy('EXITED');
  expect(program.text()).toBe(
    'true true NotCapable Requires read access to "/etc/passwd": the embedded sandbox reads only the files given with the program false\n',
  );
});
