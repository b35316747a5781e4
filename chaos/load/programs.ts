/** Where programs report that they have started, and what they have printed. */
export interface Place {
  readonly host: string;
  readonly port: number;
}

/**
 * Reports the start, again until it is heard: every attempt names the same start. Ends with 97 when it never is. What it
 * defines, `tell`, reports other things too; a report that is not heard within its patience raises an OSError.
 */
export function pythonStart({ host, port }: Place, key: string): string {
  return `import os, socket, sys, time
def tell(what, patience):
    with socket.create_connection(("${host}", ${port}), patience) as connection:
        connection.sendall(f"GET /{what} HTTP/1.0\\r\\n\\r\\n".encode())
        return b" 200 " in connection.recv(200)
def report():
    start = os.urandom(8).hex()
    for attempt in range(10):
        try:
            if tell(f"started/${key}/{start}", 5): return
        except OSError: pass
        time.sleep(0.2)
    sys.exit(97)
report()
`;
}

/** The same in JavaScript, and TypeScript. */
export function javascriptStart({ host, port }: Place, key: string): string {
  return `const start = crypto.randomUUID();
let heard = false;
for (let attempt = 0; attempt < 10 && !heard; attempt++) {
  heard = await fetch('http://${host}:${port}/started/${key}/' + start).then((answer) => answer.ok, () => false);
  if (!heard) await new Promise((resolve) => setTimeout(resolve, 200));
}
if (!heard) process.exit(97);
`;
}

/**
 * Prints a line at this interval until it is ended, and now and then tells which it has printed: what was told had left
 * the program before, so no end but its pod's may keep it from its output.
 */
export function pythonEndless(counter: Place, key: string, everySeconds: number): string {
  return `${pythonStart(counter, key)}line = 0
while True:
    line += 1
    print("${key} line", line, flush=True)
    if line % 5 == 0:
        try: tell(f"printed/${key}/{line}", 1)
        except OSError: pass
    time.sleep(${everySeconds})
`;
}

/** Prints so many lines at this interval. */
export function pythonSteady(counter: Place, key: string, count: number, everySeconds: number): string {
  return `${pythonStart(counter, key)}for line in range(1, ${count} + 1):
    print("${key} line", line, flush=True)
    time.sleep(${everySeconds})
`;
}
