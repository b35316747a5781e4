import type { Limits } from '../../../src/executions/execution.ts';
import type { Logger } from '../../../src/executions/telemetry.ts';

export const LIMITS: Limits = { timeoutMs: 60_000, memoryMb: 256, cpuMillis: 1000, outputBytes: 1_000_000 };
export const MAXIMUM_LIMITS: Limits = { ...LIMITS, memoryMb: 512, outputBytes: 100_000_000 };

export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };
