import * as fs from 'node:fs';
import { MiB } from './bounds.js';
import { containerCpuMs, containerOomKills, memoryOf, selfCpuMs, timesOf } from './proc.js';
import { isInit } from './start.js';

/** Measures one program from the call on, as what is used beyond what the waiting child had. */
export class Meter {
  #pid;
  #processes;
  #baseline;
  #containerBefore = isInit ? containerCpuMs() : null;
  #selfBefore = selfCpuMs();
  #childsBefore = timesOf(process.pid)?.childs ?? null;
  #ownBefore;
  #oomKillsBefore = isInit ? containerOomKills() : 0;
  #peak = null;

  /**
   * @param processes gives the numbers of all that count
   * @param baseline bytes that are not the program's; null: what there is now
   */
  constructor(pid, processes, baseline) {
    this.#pid = pid;
    this.#processes = processes;
    this.#ownBefore = timesOf(pid)?.own ?? null;
    try {
      fs.writeFileSync(`/proc/${pid}/clear_refs`, '5');
    } catch {
      // The peak then counts from the child's start.
    }
    this.#baseline = baseline ?? this.#used()?.now ?? null;
  }

  /** The most memory seen so far, MiB; null when it could not be sampled. */
  get peakMb() {
    return this.#peak === null ? null : Math.round((this.#peak / MiB) * 10) / 10;
  }

  hasMoreThan(memoryMb) {
    return this.#peak !== null && this.#peak > memoryMb * MiB;
  }

  sample() {
    const used = this.#used();
    if (used === null || this.#baseline === null) return;
    this.#peak = Math.max(this.#peak ?? 0, Math.max(used.now, used.peak) - this.#baseline);
  }

  /** Whether the kernel killed something since. */
  wasOom() {
    return isInit && containerOomKills() > this.#oomKillsBefore;
  }

  /** To be called when the child has been waited for. */
  cpuMs() {
    const container = isInit ? containerCpuMs() : null;
    if (container !== null && this.#containerBefore !== null) {
      const self = selfCpuMs() - this.#selfBefore;
      return Math.max(0, Math.round(container - this.#containerBefore - self));
    }
    const childs = timesOf(process.pid)?.childs ?? null;
    if (childs === null || this.#childsBefore === null || this.#ownBefore === null) return null;
    return Math.max(0, childs - this.#childsBefore - this.#ownBefore);
  }

  /** Of the program's first process, and of all others together. */
  #used() {
    const first = memoryOf(this.#pid);
    if (first === null) return null;
    let others = 0;
    for (const pid of this.#processes()) {
      if (pid !== this.#pid) others += memoryOf(pid)?.now ?? 0;
    }
    return { now: first.now + others, peak: first.peak };
  }
}
