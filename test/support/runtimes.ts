import type { RuntimeInfo } from '../../src/executions/runner.ts';

/** Two languages with limits that are easy to be outside of. */
export const RUNTIMES: readonly RuntimeInfo[] = [
  aRuntime('python', '.py', true),
  aRuntime('javascript', '.js', false),
];

function aRuntime(language: string, extension: string, isDefault: boolean): RuntimeInfo {
  return {
    language,
    aliases: [],
    isCompiled: false,
    packages: [],
    version: '1',
    isDefault,
    defaultFileName: `main${extension}`,
    extensions: [extension],
    minimums: { timeoutMs: 100, memoryMb: 16, cpuMillis: 100, outputBytes: 1 },
    defaults: { timeoutMs: 30_000, memoryMb: 256, cpuMillis: 1000, outputBytes: 1_000_000 },
    maximums: { timeoutMs: 60_000, memoryMb: 512, cpuMillis: 1000, outputBytes: 2_000_000 },
    takesInput: true,
    leavesFiles: true,
    canInterrupt: true,
    notes: [],
  };
}
