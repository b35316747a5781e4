import type { Shell } from '../../../src/cli/shell.ts';
import type { OutputPipe } from '../../../src/cli/terminal/pipe.ts';

/** A shell without a terminal and without stdin that keeps what is printed. */
export function captureShell({ env = {} }: { env?: Shell['env'] } = {}) {
  const [stdout, stderr] = [capture(), capture()];
  return { env, stdin: -1, stdout, stderr } satisfies Shell;
}

function capture(): OutputPipe & { readonly text: string } {
  let text = '';
  return {
    isTerminal: false,
    get text() {
      return text;
    },
    get atLineStart() {
      return text === '' || text.endsWith('\n');
    },
    async write(more) {
      text += more;
    },
  };
}
