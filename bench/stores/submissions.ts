import { post } from '../client/http.ts';
import { type Executed, executing, submitted } from '../client/operations.ts';
import { median } from '../figures/quantiles.ts';
import type { Cell } from '../figures/table.ts';
import { hello, sleeper } from '../programs/programs.ts';
import { cancelAll } from '../service/queue.ts';
import type { Service } from '../service/service.ts';

/** Few: the test bed reads all there is for most questions. */
export const ROUND = 50;
export const CLIENTS = 8;
export const TURNS = 3;

/** Accepted submissions per second at each service, in turn: rounds while nothing else runs. */
export async function submissionRates(services: readonly Service[]): Promise<Cell[]> {
  for (const { url } of services) submitted(await post<Executed>(url, executing(sleeper('javascript'))));
  const rates: number[][] = services.map(() => []);
  for (let turn = 0; turn <= TURNS; turn++) {
    for (const [index, service] of services.entries()) {
      const rate = await round(service);
      if (turn > 0) rates[index]?.push(rate);
    }
  }
  return rates.map((of) => Math.round(median(of)));
}

async function round(service: Service): Promise<number> {
  const ids: string[] = [];
  let left = ROUND;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      while (left-- > 0) ids.push(submitted(await post<Executed>(service.url, executing(hello('python')))));
    }),
  );
  const rate = (ROUND / (performance.now() - began)) * 1000;
  await cancelAll(service, ids);
  return rate;
}
