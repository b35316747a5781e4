import { seededRandom } from '../../service/support/random.ts';

/** Random choices that are the same for the same seed. */
export class Choices {
  readonly #random: () => number;

  /** @param index of several sequences with one seed, each is the same whatever the others do */
  constructor(seed: number, index: number) {
    this.#random = seededRandom(1 + ((seed * 1_000_003 + index) % 2_000_000_000));
    // The first numbers of neighbouring seeds are alike.
    for (let index = 0; index < 10; index++) this.#random();
  }

  /** From 0 up to but not including `end`. */
  below(end: number): number {
    return Math.floor(this.#random() * end);
  }

  chance(probability: number): boolean {
    return this.#random() < probability;
  }

  of<T>(values: readonly [T, ...T[]]): T {
    return values[this.below(values.length)] ?? values[0];
  }

  /** Between none and `max` of what `make` makes. */
  some<T>(max: number, make: () => T): T[] {
    return Array.from({ length: this.below(max + 1) }, make);
  }

  bytes(max: number): Buffer {
    return Buffer.from(this.some(max, () => this.below(256)));
  }

  /** The same with a few bytes changed, left out, doubled, or the rest cut off. */
  damaged(bytes: Buffer): Buffer {
    let result = bytes;
    for (let times = 1 + this.below(4); times > 0 && result.length > 0; times--) {
      const at = this.below(result.length);
      const [before, after] = [result.subarray(0, at), result.subarray(at + 1)];
      result = this.of<() => Buffer>([
        () => Buffer.concat([before, Buffer.of(this.below(256)), after]),
        () => Buffer.concat([before, after]),
        () => Buffer.concat([before, result.subarray(at, at + 40), result.subarray(at)]),
        () =>
          Buffer.concat([before, Buffer.from(this.of(['\r', '\n', '\0', ' ', ':', '"', '{', '\t'])), after]),
        () => before,
      ])();
    }
    return result;
  }
}
