/** Where programs report that they have started. */
export interface Place {
  readonly host: string;
  readonly port: number;
}

/** Reports the start, again until it is heard: every attempt names the same start. Ends with 97 when it never is. */
export function pythonStart({ host, port }: Place, key: string): string {
  return `import os, socket, sys, time
def report():
    start = os.urandom(8).hex()
    for attempt in range(10):
        try:
            with socket.create_connection(("${host}", ${port}), 5) as connection:
                connection.sendall(f"GET /started/${key}/{start} HTTP/1.0\\r\\n\\r\\n".encode())
                if b" 200 " in connection.recv(200): return
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
