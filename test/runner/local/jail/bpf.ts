/** One system call as a filter sees it. */
export interface Call {
  readonly architecture: number;
  readonly number: number;
  readonly args?: readonly bigint[];
}

const SECCOMP_DATA_BYTES = 64;
const INSTRUCTION_BYTES = 8;

/** What a classic BPF program says to a call: the kernel's interpreter, as far as filters of ours need it. */
export function verdict(filter: Buffer, { architecture, number, args = [] }: Call): number {
  const data = Buffer.alloc(SECCOMP_DATA_BYTES);
  data.writeUInt32LE(number, 0);
  data.writeUInt32LE(architecture, 4);
  args.forEach((argument, index) => {
    data.writeBigUInt64LE(BigInt.asUintN(64, argument), 16 + 8 * index);
  });
  let accumulator = 0;
  for (let at = 0; at < filter.length; at += INSTRUCTION_BYTES) {
    const code = filter.readUInt16LE(at);
    const operand = filter.readUInt32LE(at + 4);
    if (code === 0x06) return operand;
    if (code === 0x20) accumulator = data.readUInt32LE(operand);
    else at += INSTRUCTION_BYTES * filter.readUInt8(at + (holds(code, accumulator, operand) ? 2 : 3));
  }
  throw new Error('Expected a verdict, got the end of the filter');
}

function holds(code: number, accumulator: number, operand: number): boolean {
  if (code === 0x15) return accumulator === operand;
  if (code === 0x35) return accumulator >= operand;
  if (code === 0x45) return (accumulator & operand) !== 0;
  throw new Error(`Expected an instruction of filters, got ${code}`);
}
