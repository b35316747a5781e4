import type { Benchmark } from './benchmark.ts';
import type { Cluster } from './kubernetes/bed.ts';
import { cold, warm } from './kubernetes/first-output.ts';
import { lines } from './kubernetes/lines.ts';
import { memory } from './kubernetes/memory.ts';
import { printToViewer } from './kubernetes/print-to-viewer.ts';
import { requests } from './kubernetes/requests.ts';
import { sessions } from './kubernetes/sessions.ts';
import { sustained } from './kubernetes/sustained.ts';
import { writeToEcho } from './kubernetes/write-to-echo.ts';

/** Those of the service on a cluster; a quarter of an hour together. */
export function kubernetes(cluster: Cluster): readonly Benchmark[] {
  return [warm, cold, printToViewer, writeToEcho, lines, sessions, sustained, requests, memory].map((make) =>
    make(cluster),
  );
}
