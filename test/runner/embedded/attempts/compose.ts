import { type Attempt, type HostView, MARK } from './attempt.ts';

/** One program that makes all attempts and reports how each ended. */
export type Compose = (attempts: readonly Attempt[], host: HostView) => string;

/** An attempt that has not answered by then reached nothing, milliseconds: it waits for what never comes. */
const PATIENCE_MS = 4000;
/** An error that nobody caught is an answer, unless another comes within so many milliseconds. */
const GRACE_MS = 50;

/** One JavaScript program that makes the attempts one after the other, whatever becomes of each, and says how each ended. */
export function composeJavascript(attempts: readonly Attempt[], host: HostView): string {
  return `{
const exit = Deno.exit;
const host = ${JSON.stringify(host)};
const attempts = {
${attempts.map(({ name, code }) => `${JSON.stringify(name)}: async (host) => {\n${code}\n}`).join(',\n')}
};
const report = (outcome) => {
  const bytes = new TextEncoder().encode('\\n${MARK}' + JSON.stringify(outcome) + '\\n');
  for (let at = 0; at < bytes.length; ) at += Deno.stdout.writeSync(bytes.subarray(at));
  Deno.stderr.writeSync(new TextEncoder().encode('\\n${MARK}' + JSON.stringify(outcome.name) + '\\n'));
};
const describe = (error) => String(error?.code ?? '') + ' ' + String(error?.name ?? '') + ': ' + String(error?.message ?? error);
let giveUp = () => {};
for (const kind of ['error', 'unhandledrejection']) {
  globalThis.addEventListener(kind, (event) => {
    event.preventDefault();
    const current = giveUp;
    setTimeout(() => current(event.reason ?? event.error ?? event), ${GRACE_MS});
  });
}
(async () => {
  for (const [name, attempt] of Object.entries(attempts)) {
    let timer;
    const patience = new Promise((_, reject) => {
      giveUp = reject;
      timer = setTimeout(() => reject(new Error('No answer')), ${PATIENCE_MS});
    });
    try {
      const reached = await Promise.race([attempt(host), patience]);
      report({ name, reached: true, detail: String(reached).slice(0, 500) });
    } catch (error) {
      report({ name, reached: false, detail: describe(error).slice(0, 500) });
    }
    clearTimeout(timer);
  }
  exit(0);
})();
}`;
}

/**
 * A Python program that makes JavaScript attempts: Python reaches the JavaScript around it through a function that
 * Emscripten offers to C. The exception takes Python away, so that nothing ends the process and JavaScript's own
 * loop goes on.
 */
export function composeJavascriptInPython(attempts: readonly Attempt[], host: HostView): string {
  const script = `${composeJavascript(attempts, host)}\nDeno.exit = () => {};\nthrow new Error('Python is not needed any more');`;
  return `import ctypes, json
ctypes.CDLL(None).emscripten_run_script(json.loads(${JSON.stringify(JSON.stringify(script))}).encode())
`;
}

/** As `composeJavascript`, in Python. */
export function composePython(attempts: readonly Attempt[], host: HostView): string {
  const table = attempts.map(({ name, code }) => [name, code]);
  return `import json, sys
host = json.loads(${JSON.stringify(JSON.stringify(host))})
for name, code in json.loads(${JSON.stringify(JSON.stringify(table))}):
    scope = {"host": host, "reached": None}
    try:
        exec(code, scope)
        outcome = {"name": name, "reached": True, "detail": repr(scope["reached"])[:500]}
    except BaseException as error:
        outcome = {"name": name, "reached": False, "detail": f"{type(error).__name__}: {error}"[:500]}
    print("\\n${MARK}" + json.dumps(outcome), flush=True)
`;
}
