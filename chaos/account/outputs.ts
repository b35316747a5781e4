import type { Life } from '../life/life.ts';
import { Viewer } from '../life/viewer.ts';
import type { Random } from '../random.ts';
import type { Replica } from '../replicas/replica.ts';
import type { Account } from './account.ts';

/** How long a kept output may take to be read once more, milliseconds. */
const READ_MS = 60_000;

/** What was seen of an output when it was printed is what a server shows of it now. */
export async function auditOutputs(
  replicas: readonly Replica[],
  lives: readonly Life[],
  random: Random,
  account: Account,
): Promise<void> {
  for (const { id, kept, headers, task } of lives) {
    if (id === null || !kept) continue;
    const replica = random.pick(replicas);
    const finding = (what: string) => account.finding(`${id} ${task.key} (${task.kind})`, what);
    const viewer = new Viewer({
      id,
      headers,
      replicas: [replica],
      random: random.fork(),
      signal: AbortSignal.timeout(READ_MS),
      finding,
    });
    await viewer.watch();
    if (!viewer.received.end) {
      finding(`server ${replica.name} does not show all of its output again within ${READ_MS / 1000} s`);
      continue;
    }
    const difference = kept.differenceFrom(viewer.received.chunks);
    if (difference) finding(`read again at server ${replica.name}: ${difference}`);
    account.count('Viewers', 'outputs read once more at the end');
  }
}
