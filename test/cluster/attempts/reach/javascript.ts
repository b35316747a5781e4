import type { Reach } from './reach.ts';

/** With what Node offers. It cannot close its process 1 to the program, so there is more in ../javascript. */
export const javascript: readonly Reach[] = [
  {
    name: 'the token of a service account, or any secret at all',
    code: `
const found = ['/run/secrets', '/var/run/secrets'].filter((path) => fs.existsSync(path)).flatMap((path) => fs.readdirSync(path, { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile());
if (found.length === 0) throw new Error('no such file');
return found.map(({ name }) => name);`,
    refusal: /no such file/,
  },
  {
    name: 'variables that say where the API server is, also of its launcher',
    code: `
const all = ['self', 1].map((pid) => fs.readFileSync('/proc/' + pid + '/environ', 'utf8')).join('\\0').split('\\0');
const found = [...all, ...Object.entries(process.env).map((entry) => entry.join('='))].filter((one) => /^KUBERNETES_\\w+=./.test(one));
if (found.length === 0) throw new Error('no such variable');
return found;`,
    refusal: /no such variable/,
  },
  {
    name: 'the program and input of its run, in what its launcher was started with',
    code: `
const line = fs.readFileSync('/proc/1/cmdline', 'utf8') + fs.readFileSync('/proc/1/environ', 'utf8');
if (!line.includes(process.argv[2])) throw new Error('no such word');
return line;`,
    refusal: /no such word/,
  },
  {
    name: 'secrets, at the API server by each of its addresses',
    code: `
const said = [];
for (const address of place.api) {
  try { return await statusOf(address + '/api/v1/namespaces/default/secrets'); } catch (error) { said.push(error.message); }
}
throw new Error(said.join(', '));`,
    refusal:
      /^Error: ([^,]*(HTTP 40[13]|timed out|ECONNREFUSED|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN)[^,]*(, |$))+$/,
  },
  {
    name: 'pods and commands, at the kubelet',
    code: `return statusOf('https://' + place.node + ':10250/pods');`,
    refusal: /HTTP 40[13]|timed out|ECONNREFUSED|EHOSTUNREACH/,
  },
  {
    name: 'becomes root',
    code: `process.setuid(0); return process.getuid();`,
    refusal: /EPERM/,
  },
  {
    name: 'mount, namespaces and another root, by the programs for them',
    code: `
const said = [];
for (const [file, ...args] of [['mount', '-t', 'tmpfs', 'none', '/tmp'], ['unshare', '--mount', 'true'], ['chroot', '/', 'true']]) {
  try { run(file, ...args); return file; } catch (error) { said.push(error.stderr || error.code); }
}
throw new Error(said.join(', '));`,
    refusal: /(denied|permitted|permission|superuser|must be|ENOENT)/i,
  },
  {
    name: 'the root file system, kernel settings and control groups',
    code: `
const said = [];
for (const path of ['/mine', '/podline/mine', '/podline/launcher.mjs', '/usr/bin/podline', '/etc/podline', '/proc/sys/kernel/core_pattern', '/proc/sysrq-trigger', '/sys/kernel/uevent_helper', '/sys/fs/cgroup/cgroup.procs', '/sys/fs/cgroup/memory/cgroup.procs', '/sys/fs/cgroup/podline/']) {
  try { if (path.endsWith('/')) fs.mkdirSync(path); else fs.closeSync(fs.openSync(path, fs.existsSync(path) ? 'r+' : 'w')); return path; } catch (error) { said.push(error.code); }
}
throw new Error(said.join(', '));`,
    refusal: /^Error: ((EROFS|EACCES|EPERM|ENOENT)(, |$))+$/,
  },
  {
    name: 'processes that are not of its pod',
    code: `
const own = String(process.getuid());
const others = fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name))
  .filter((name) => !fs.readFileSync('/proc/' + name + '/status', 'utf8').match(/^Uid:\\s+(.*)$/m)[1].split('\\t').every((uid) => uid === own));
if (others.length === 0) throw new Error('no other process');
return others;`,
    refusal: /no other process/,
  },
  {
    name: 'what another program left',
    code: `
const found = ['/program', '/tmp', '/dev/shm'].flatMap((path) => fs.readdirSync(path)).filter((name) => name !== 'main.js');
if (found.length === 0) throw new Error('nothing is there');
return found;`,
    refusal: /nothing is there/,
  },
  {
    name: 'the pod beside it',
    code: `
const said = [];
for (const port of [22, 80, 443, 8080, 9229, 10250]) {
  try {
    return await new Promise((resolve, reject) => {
      const socket = net.connect({ host: place.neighbour, port, timeout: 1000 }, () => resolve(port));
      socket.on('timeout', () => reject(new Error('timed out'))).on('error', reject);
    });
  } catch (error) { said.push(error.message); }
}
throw new Error(said.join(', '));`,
    refusal: /^Error: ([^,]*(ECONNREFUSED|EHOSTUNREACH|timed out)[^,]*(, |$))+$/,
  },
];
