import type { Attempt } from '../attempt.ts';

const DENIED = 'Requires run access';
const SCRIPT = `'echo made > ' + host.directory + '/made-by-child'`;

/** Starting a process, or sending a signal to one. */
export const processes: readonly Attempt[] = [
  {
    name: 'Deno.Command',
    code: `return (await new Deno.Command('/bin/sh', { args: ['-c', ${SCRIPT}] }).output()).code`,
    refusal: DENIED,
  },
  {
    name: 'Deno.Command of Deno itself',
    code: `return (await new Deno.Command(Deno.execPath(), { args: ['eval', '1'] }).output()).code`,
    refusal: DENIED,
  },
  {
    name: 'Deno.spawnAndWaitSync',
    code: `return Deno.spawnAndWaitSync('/bin/sh', ['-c', ${SCRIPT}])`,
    refusal: DENIED,
  },
  {
    name: 'node:child_process spawn',
    code: `
      const { spawn } = await import('node:child_process');
      return await new Promise((resolve, reject) => spawn('/bin/sh', ['-c', ${SCRIPT}]).on('exit', resolve).on('error', reject));`,
    refusal: 'Requires',
  },
  {
    name: 'node:child_process spawnSync',
    code: `
      const { error, status } = (await import('node:child_process')).spawnSync('/bin/sh', ['-c', ${SCRIPT}]);
      if (error) throw error;
      if (status !== 0) throw new Error('It failed');
      return status;`,
    refusal: '',
  },
  {
    name: 'node:child_process execSync',
    code: `return (await import('node:child_process')).execSync(${SCRIPT})`,
    refusal: '',
  },
  {
    name: 'process.execve',
    code: `
      const process = (await import('node:process')).default;
      return process.execve('/bin/sh', ['sh', '-c', ${SCRIPT}])`,
    refusal: 'is not a function',
    uncontrolled: 'not in Deno',
  },
  {
    name: 'Deno.kill of the server',
    code: `return Deno.kill(host.serverPid, 'SIGURG') ?? 'sent'`,
    refusal: DENIED,
  },
  {
    name: 'Deno.kill of its own parent',
    code: `return Deno.kill(Deno.ppid, 'SIGURG') ?? 'sent'`,
    refusal: DENIED,
  },
  {
    name: 'Deno.kill of process 1',
    code: `return Deno.kill(1, 'SIGURG') ?? 'sent'`,
    refusal: DENIED,
    uncontrolled: 'it may not be ours',
  },
  {
    name: 'Deno.kill of its own group',
    code: `return Deno.kill(0, 'SIGURG') ?? 'sent'`,
    refusal: DENIED,
    uncontrolled: 'the group is the tests’',
  },
  {
    name: 'Deno.kill of everybody',
    code: `return Deno.kill(-1, 'SIGURG') ?? 'sent'`,
    refusal: DENIED,
    uncontrolled: 'everybody',
  },
  {
    name: 'process.kill of the server',
    code: `return (await import('node:process')).default.kill(host.serverPid, 'SIGURG')`,
    refusal: '',
  },
  {
    name: 'process.kill, whether there is a process',
    code: `return (await import('node:process')).default.kill(host.serverPid, 0)`,
    refusal: '',
  },
  {
    name: 'process._debugProcess',
    code: `return (await import('node:process')).default._debugProcess(host.serverPid)`,
    refusal: '',
    uncontrolled: 'it opens the inspector',
  },
  {
    name: "Deno's internal operations",
    code: `return Deno[Deno.internal].core.ops.op_node_process_kill(host.serverPid, 23) ?? 'sent'`,
    refusal: '',
  },
  {
    name: 'priority of the server',
    code: `return (await import('node:os')).setPriority(host.serverPid, 19) ?? 'set'`,
    refusal: 'Requires',
    uncontrolled: 'it would stay',
  },
  {
    name: 'another user',
    code: `return (await import('node:process')).default.setuid(65534) ?? 'set'`,
    refusal: 'Requires',
    uncontrolled: 'only root may',
  },
  { name: 'another directory', code: `return Deno.chdir('/') ?? 'changed'`, refusal: 'Requires' },
];
