/** What a program in a pod has no business with. */
export interface Reach {
  readonly name: string;
  /**
   * Python: statements that put what they reached into `reached`. JavaScript: the body of an async function that returns
   * it. An exception means that nothing was reached. `place` says where things are.
   */
  readonly code: string;
  /** What the error must say, so that one with a slip of the pen does not count as refused. */
  readonly refusal: RegExp;
  /** Why the same reaches nothing in an ordinary container either; else the control run expects that it does. */
  readonly uncontrolled?: string;
}

/** Where things are; no secrets. */
export interface Place {
  /** The API server as pods find it, and as the node does. */
  readonly api: readonly string[];
  readonly node: string;
  /** Host name of a pod that runs beside. */
  readonly neighbour: string;
}

export interface Outcome {
  readonly name: string;
  readonly reached: boolean;
  /** What was reached, or the error. */
  readonly detail: string;
}

const MARK = '@reach ';

/** One program that tries all, whatever becomes of each, and says how each went. */
export function composePython(all: readonly Reach[], place: Place): string {
  const table = all.map(({ name, code }) => [name, code]);
  return `
import json, sys
place = json.loads(${JSON.stringify(JSON.stringify(place))})
${PYTHON}
for name, code in json.loads(${JSON.stringify(JSON.stringify(table))}):
    scope = {"place": place, "system_call": system_call, "status_of": status_of, "reached": None}
    try:
        exec(code, scope)
        outcome = {"name": name, "reached": True, "detail": repr(scope["reached"])[:300]}
    except BaseException as error:
        outcome = {"name": name, "reached": False, "detail": f"{type(error).__name__}: {error}"[:300]}
    print("\\n${MARK}" + json.dumps(outcome), flush=True)
`;
}

const PYTHON = `
def system_call(name, *arguments):
    import ctypes, os
    result = getattr(ctypes.CDLL(None, use_errno=True), name)(*arguments)
    if result == -1: raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result
def status_of(url):
    import ssl, urllib.error, urllib.request
    try:
        return urllib.request.urlopen(url, timeout=3, context=ssl._create_unverified_context()).status
    except urllib.error.HTTPError as error:
        raise LookupError(f"HTTP {error.code}")
`;

/** As `composePython`, in JavaScript. */
export function composeJavascript(all: readonly Reach[], place: Place): string {
  return `
import fs from 'node:fs';
import https from 'node:https';
import net from 'node:net';
import os from 'node:os';
import { execFileSync } from 'node:child_process';
const place = ${JSON.stringify(place)};
const statusOf = (url) => new Promise((resolve, reject) => {
  https.get(url, { rejectUnauthorized: false, timeout: 3000 }, ({ statusCode }) => {
    if (statusCode < 400) resolve(statusCode); else reject(new Error('HTTP ' + statusCode));
  }).on('timeout', () => reject(new Error('timed out'))).on('error', reject);
});
const run = (file, ...args) => execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
const all = {
${all.map(({ name, code }) => `${JSON.stringify(name)}: async () => {\n${code}\n}`).join(',\n')}
};
for (const [name, reach] of Object.entries(all)) {
  let outcome;
  try { outcome = { name, reached: true, detail: String(await reach()).slice(0, 300) }; }
  catch (error) { outcome = { name, reached: false, detail: String(error).slice(0, 300) }; }
  console.log('\\n${MARK}' + JSON.stringify(outcome));
}
process.exit(0);
`;
}

export function readOutcomes(output: string): Map<string, Outcome> {
  const lines = output.split('\n').filter((line) => line.startsWith(MARK));
  const outcomes = lines.map((line): Outcome => JSON.parse(line.slice(MARK.length)));
  return new Map(outcomes.map((outcome) => [outcome.name, outcome]));
}
