import { main } from '../../../src/cli/main.ts';
import type { Shell } from '../../../src/cli/shell.ts';
import { CLEAR_LINE, type OutputPipe } from '../../../src/cli/terminal/pipe.ts';

interface CaptureOptions {
  readonly env?: Shell['env'];
  /** As `Shell.self`; `podline` without. */
  readonly self?: string;
  /** Whether stdout and stderr are said to be a terminal. */
  readonly isTerminal?: boolean;
}

/** A shell without stdin that keeps what is printed. */
export function captureShell({ env = {}, self = 'podline', isTerminal = false }: CaptureOptions = {}) {
  const [stdout, stderr] = [capture(isTerminal), capture(isTerminal)];
  return { env, self, stdin: -1, stdout, stderr } satisfies Shell;
}

/** Runs a command line to its end, without stdin and without a process of its own. */
export async function callPodline(argv: readonly string[], url: string) {
  const shell = captureShell({ env: { PODLINE_URL: url } });
  const code = await main(argv, shell);
  return { code, stdout: shell.stdout.text, stderr: shell.stderr.text };
}

/** One stream of it. `printed` resolves once its text holds what is expected. */
export type CapturedPipe = ReturnType<typeof capture>;

export function capture(isTerminal = false) {
  let text = '';
  let notify = () => {};
  return {
    isTerminal,
    columns: 60,
    get text() {
      return text;
    },
    get atLineStart() {
      return text === '' || text.endsWith('\n') || text.endsWith(CLEAR_LINE);
    },
    async write(more: string) {
      text += more;
      notify();
    },
    async writeBytes(bytes: Uint8Array) {
      await this.write(Buffer.from(bytes).toString());
    },
    async printed(expected: string) {
      while (!text.includes(expected)) await new Promise<void>((resolve) => (notify = resolve));
    },
  } satisfies OutputPipe & { readonly text: string; printed(expected: string): Promise<void> };
}
