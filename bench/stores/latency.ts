import { post } from '../client/http.ts';
import { cancelling, type Executed, executing, submitted } from '../client/operations.ts';
import { watch } from '../client/run.ts';
import { GraphQLSocket } from '../client/socket.ts';
import { type Summary, summarize } from '../figures/quantiles.ts';
import { calibratedClock } from '../programs/clock.ts';
import { stamps } from '../programs/programs.ts';
import type { Service } from '../service/service.ts';

export const LINES = 150;
export const EVERY_MS = 100;

/** From the print of a line at one service to its event at a viewer of another, or of the same. */
export async function printToViewer(driving: Service, watched: Service): Promise<Summary> {
  const now = calibratedClock();
  await using socket = await GraphQLSocket.open(watched.url);
  const samples: number[] = [];
  const id = submitted(await post<Executed>(driving.url, executing(stamps('javascript', LINES, EVERY_MS))));
  try {
    await watch(socket, id, ({ chunks }) => {
      const at = now();
      const text = chunks.map((chunk) => chunk.text).join('');
      for (const line of text.split('\n')) if (line !== '') samples.push(at - Number(line));
    });
  } catch (error) {
    await post(driving.url, cancelling(id));
    throw error;
  }
  // What was printed before the viewer came has waited for it.
  return summarize(samples.slice(BEFORE));
}

const BEFORE = 10;
