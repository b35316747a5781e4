import type { Attempt } from '../attempt.ts';

/** As `composeC`, in Python. */
export function composePython(attempts: readonly Attempt[]): string {
  const table = attempts.map(({ name, code }) => [name, code.python]);
  return `import json, os, signal, sys
for name, code in json.loads(${JSON.stringify(JSON.stringify(table))}):
    child = os.fork()
    if child == 0:
        signal.alarm(3)
        scope = {"env": os.environ, "reached": None}
        try:
            exec(code, scope)
            outcome = {"name": name, "reached": True, "detail": repr(scope["reached"])[:500]}
        except BaseException as error:
            outcome = {"name": name, "reached": False, "detail": f"{type(error).__name__}: {error}"[:500]}
        os.write(1, ("\\n@attempt " + json.dumps(outcome) + "\\n").encode())
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status != 0:
        print("\\n@attempt " + json.dumps({"name": name, "reached": False, "detail": f"ended by {status}"}), flush=True)
`;
}
