import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { get } from '../client/http.ts';
import { OwnProcess } from './process.ts';
import type { ProcessorGroup } from './processor-group.ts';
import { dataDirectory, removeRecords } from './workspace.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What `npm start` gives to Node: options, then the entry. */
function startArguments(): string[] {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: { start: string };
  };
  const [node, ...args] = scripts.start.split(' ');
  const entry = args.pop();
  if (node !== 'node' || entry === undefined)
    throw new Error(`expected node and a file, got ${scripts.start}`);
  return [...args, join(ROOT, entry)];
}

export interface ServiceOptions {
  /** Settings beside the port, the data directory and a short close. */
  readonly env?: Readonly<Record<string, string>>;
  /** Options of Node itself. */
  readonly nodeOptions?: readonly string[];
  /** The data directory; by default one that all benchmarks share, with its records removed. */
  readonly directory?: string;
  /** Counts the processor time of the service and of all that it starts. */
  readonly group?: ProcessorGroup | null;
}

/** The real service as a process of its own, started as `npm start` does. */
export class Service implements AsyncDisposable {
  readonly url: string;
  readonly process: OwnProcess;

  private constructor(url: string, process: OwnProcess) {
    this.url = url;
    this.process = process;
  }

  /** Starts it and resolves once it listens. */
  static async start({
    env = {},
    nodeOptions = [],
    directory,
    group,
  }: ServiceOptions = {}): Promise<Service> {
    const dataDir = directory ?? (await dataDirectory());
    if (directory === undefined) await removeRecords(dataDir);
    const process = OwnProcess.start([...nodeOptions, ...startArguments()], {
      PORT: '0',
      DATA_DIR: dataDir,
      SHUTDOWN_GRACE_MS: '1000',
      ...env,
    });
    group?.add(process.pid);
    const [, url = ''] = await process.said(/listens on (\S+)/);
    return new Service(url, process);
  }

  /** The sum of a gauge over all its labels that hold `label`. */
  async gauge(name: string, label = ''): Promise<number> {
    const { body } = await get(`${this.url}/metrics`);
    return sumOf(body, name, label);
  }

  /** Resolves once every pool of warm sandboxes is full. @param lookMs how often it is asked, milliseconds */
  async isWarm(lookMs = LOOK_MS): Promise<void> {
    for (;;) {
      // Asked once: what it costs counts as the service's.
      const { body } = await get(`${this.url}/metrics`);
      const ready = sumOf(body, 'podline_warm_sandboxes_ready');
      if (ready > 0 && ready === sumOf(body, 'podline_warm_sandboxes_wanted')) return;
      await sleep(lookMs);
    }
  }

  /** Resolves once so many outputs are being followed. */
  async hasViewers(count: number): Promise<void> {
    while ((await this.gauge('podline_viewers')) !== count) await sleep(LOOK_MS);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.process[Symbol.asyncDispose]();
  }
}

const LOOK_MS = 20;

function sumOf(metrics: string, name: string, label = ''): number {
  const rows = metrics.split('\n').filter((row) => /^\w+/.exec(row)?.[0] === name && row.includes(label));
  return rows.reduce((sum, row) => sum + Number(row.slice(row.lastIndexOf(' '))), 0);
}
