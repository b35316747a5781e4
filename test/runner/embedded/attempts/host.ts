import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HostView, PathName } from './attempt.ts';

/** Signals a program might send that end nothing when they arrive; each is counted. */
const SIGNALS = ['SIGURG', 'SIGCONT', 'SIGWINCH', 'SIGUSR2'] as const;
const VARIABLE = 'PODLINE_ATTEMPTS_SECRET';

/** A host with things worth reaching, and the evidence of whether anything was. */
export class Host implements AsyncDisposable {
  readonly secret = randomBytes(16).toString('hex');
  readonly view: HostView;
  readonly #tcp: Server;
  readonly #unix: Server;
  readonly #abstract: Server | null;
  readonly #udp: ReturnType<typeof createSocket>;
  readonly #before: string;
  readonly #bystander: number;
  readonly #onSignal = (signal: string): void => {
    this.signals.push(signal);
  };
  readonly signals: string[] = [];
  connections = 0;
  datagrams = 0;

  private constructor(
    directory: string,
    {
      tcp,
      unix,
      abstract,
      udp,
    }: { tcp: Server; unix: Server; abstract: Server | null; udp: ReturnType<typeof createSocket> },
  ) {
    this.#tcp = tcp;
    this.#unix = unix;
    this.#abstract = abstract;
    this.#udp = udp;
    const file = (name: string, content: string): string => {
      const path = join(directory, name);
      writeFileSync(path, content, { mode: 0o600 });
      return path;
    };
    const { secret } = this;
    // Node and Deno look for packages and settings in the directories above a program's.
    mkdirSync(join(directory, 'node_modules', 'neighbour'), { recursive: true });
    file('node_modules/neighbour/package.json', '{"name":"neighbour","type":"module","main":"index.js"}');
    file('node_modules/neighbour/index.js', `export default '${secret}';\n`);
    file('package.json', `{"name":"host","imports":{"#host":"./module.mjs"},"description":"${secret}"}`);
    mkdirSync(join(directory, 'package'));
    file('package/package.json', `{"name":"secret","type":"module","exports":{".":"./index.js"}}`);
    mkdirSync(join(directory, 'broken'));
    file('broken/package.json', secret);
    this.#bystander = startBystander(secret);
    const paths = {
      directory,
      secretText: file('secret.txt', secret),
      secretJson: file('secret.json', `"${secret}"`),
      secretModule: file('module.mjs', `export default '${secret}';\n`),
      secretVariables: file('.env', `PODLINE_FROM_FILE=${secret}\n`),
      secretMap: file(
        'secret.map',
        `{"version":3,"sources":["file:///${secret}"],"names":[],"mappings":"AAAA"}`,
      ),
      secretPackage: join(directory, 'package'),
      brokenPackage: join(directory, 'broken'),
      secretEnvironment: `/proc/${this.#bystander}/environ`,
    };
    this.view = {
      ...paths,
      absent: Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, absentBeside(path)])) as {
        [name in PathName]: string;
      },
      database: file('podline.db', secret),
      dataDir: join(directory, 'data'),
      variable: VARIABLE,
      tcpPort: (tcp.address() as AddressInfo).port,
      udpPort: udp.address().port,
      socketFile: join(directory, 'socket'),
      abstractSocket: abstractName(directory),
      serverPid: process.pid,
      bystanderPid: this.#bystander,
    };
    process.env[VARIABLE] = secret;
    for (const server of this.#servers) server.on('connection', (socket) => this.#count(socket));
    udp.on('message', () => {
      this.datagrams += 1;
    });
    for (const signal of SIGNALS) process.on(signal, this.#onSignal);
    this.#before = this.#files();
  }

  static async open(): Promise<Host> {
    const directory = mkdtempSync(join(tmpdir(), 'podline-attempts-'));
    const tcp = createServer().listen(0, '127.0.0.1');
    const unix = createServer().listen(join(directory, 'socket'));
    const udp = createSocket('udp4').bind(0, '127.0.0.1');
    await Promise.all([once(tcp, 'listening'), once(unix, 'listening'), once(udp, 'listening')]);
    const abstract =
      process.platform === 'linux' ? createServer().listen(`\0${abstractName(directory)}`) : null;
    if (abstract !== null) await once(abstract, 'listening');
    return new Host(directory, { tcp, unix, abstract, udp });
  }

  get #servers(): Server[] {
    return [this.#tcp, this.#unix, ...(this.#abstract === null ? [] : [this.#abstract])];
  }

  /** What was reached so far, as far as it can be seen from outside; `[]` is what it should be. */
  async damage(output: string): Promise<string[]> {
    const { connections, datagrams } = await this.#settledCounts();
    const damage: string[] = [];
    if (output.includes(this.secret)) damage.push('the secret was printed');
    if (connections > 0) damage.push(`${connections} connections were made`);
    if (datagrams > 0) damage.push(`${datagrams} datagrams were sent`);
    if (this.signals.length > 0) damage.push(`signals arrived: ${this.signals.join()}`);
    if (this.#files() !== this.#before) damage.push(`files changed: ${this.#before} became ${this.#files()}`);
    return damage;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    delete process.env[VARIABLE];
    process.kill(this.#bystander, 'SIGKILL');
    for (const signal of SIGNALS) process.off(signal, this.#onSignal);
    this.#udp.close();
    await Promise.all(this.#servers.map((server) => server[Symbol.asyncDispose]()));
    rmSync(this.view.directory, { recursive: true, force: true });
  }

  #count(socket: { destroy(): void; on(event: 'error', listener: () => void): void }): void {
    this.connections += 1;
    socket.on('error', () => undefined);
    socket.destroy();
  }

  /** Connections are accepted in their order: when one of ours has arrived at each listener, all earlier ones have. */
  async #settledCounts(): Promise<{ connections: number; datagrams: number }> {
    const { tcpPort, socketFile, abstractSocket } = this.view;
    for (const server of this.#servers) {
      const arrived = once(server, 'connection');
      const path = server === this.#unix ? socketFile : `\0${abstractSocket}`;
      const own = server === this.#tcp ? connect(tcpPort, '127.0.0.1') : connect(path);
      own.on('error', () => undefined);
      await arrived;
      own.destroy();
      this.connections -= 1;
    }
    const arrived = once(this.#udp, 'message');
    const own = createSocket('udp4');
    own.send('end', this.view.udpPort, '127.0.0.1');
    await arrived;
    own.close();
    this.datagrams -= 1;
    return { connections: this.connections, datagrams: this.datagrams };
  }

  /** Everything in the directory but what the runner keeps there. */
  #files(): string {
    const { directory } = this.view;
    return readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .filter((name) => name !== 'data' && !name.startsWith('data/'))
      .sort()
      .map((name) => {
        const path = join(directory, name);
        const found = statSync(path);
        return `${name} ${found.mode.toString(8)} ${found.isFile() ? readFileSync(path, 'utf8') : found.mtimeMs}`;
      })
      .join('\n')
      .replaceAll(this.secret, 'SECRET');
  }
}

/** The name of a socket that is in no file system. */
function abstractName(directory: string): string {
  return `podline${directory}`;
}

/** `path` with another last character of its name, before what follows a dot: `secre-.txt`. */
function absentBeside(path: string): string {
  return path.replace(/[^/.](\.[^/]*)?$/, '-$1');
}

/**
 * A process that does nothing for ten minutes, with the secret in its environment; returns its number. The shell ends at
 * once, so that it is nobody's child: tests look for what runs have left among the server's.
 */
function startBystander(secret: string): number {
  const script = 'sleep 600 >/dev/null 2>&1 & echo $!';
  return Number(execFileSync('/bin/sh', ['-c', script], { env: { [VARIABLE]: secret }, encoding: 'utf8' }));
}
