import { type Ending, endedBy } from './ending.ts';

export function outputEnding(outputBytes: number): Ending {
  return endedBy('OUTPUT_LIMIT', `The program printed more than its ${outputBytes} bytes.`);
}
