import { Delivery, type DeliveryOptions } from './delivery.ts';
import type { Frame } from './parse.ts';
import { type Judgement, Received } from './received.ts';

export type ProgramFrame = Extract<Frame, { type: 'start' | 'out' | 'end' }>;

/** A program of which is told: each of its frames is handed over once, in order. */
export class Program {
  readonly id: string;
  readonly received: Received;
  readonly delivery: Delivery;

  /** @param after number of the last chunk that somebody else received */
  constructor(id: string, after: number, options: DeliveryOptions) {
    this.id = id;
    this.received = new Received(id, after);
    this.delivery = new Delivery(options);
  }

  /** Judges a frame, and hands it over when it is new; chunks at the next `flush`. */
  take(frame: ProgramFrame): Judgement {
    const judgement = this.received.take(frame);
    if (judgement !== 'new') return judgement;
    if (frame.type === 'start') {
      this.delivery.start(frame.at);
    } else if (frame.type === 'out') {
      const { seq, stream, text, at } = frame;
      this.delivery.add({ seq, stream, text, at });
    } else {
      const { type: _, ...end } = frame;
      this.delivery.end(end);
    }
    return 'new';
  }

  /** Number after which nothing has come; null when nothing is to come. */
  get from(): number | null {
    return this.received.ended ? null : this.received.last;
  }
}
