import type { Logger } from '../../../../src/executions/telemetry.ts';

export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };
