import { execFile } from 'node:child_process';

export interface Said {
  readonly stdout: string;
  readonly stderr: string;
}

/** Bytes of an answer: all objects of a namespace as JSON. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * Runs kubectl with the rights of KUBECONFIG.
 * @param input what it reads with `-f -`
 * @throws Error with what kubectl said
 */
export function kubectl(arguments_: readonly string[], input?: string): Promise<Said> {
  return new Promise((resolve, reject) => {
    const child = execFile('kubectl', arguments_, { maxBuffer: MOST_BYTES }, (error, stdout, stderr) => {
      if (!error) resolve({ stdout, stderr });
      else if (error.code === 'ENOENT') reject(new Error('Expected kubectl in PATH, got none.'));
      else reject(new Error(`kubectl ${arguments_.join(' ')} failed: ${stderr || error.message}`));
    });
    // kubectl may have ended before it has read all: what it said then tells more than this.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}
