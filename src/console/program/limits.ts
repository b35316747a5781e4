import type { Runtime } from '../api/operations.ts';
import type { LimitsInput } from '../generated/graphql.ts';
import type { LimitName, LimitTexts } from './draft.ts';

/** A value that was written is none of the allowed ones; the message says what was expected and what was got. */
export class FieldError extends Error {
  override readonly name = 'FieldError';
  /** Where it stands in the input, as the service names it: `limits.timeoutMs`. */
  readonly field: string;

  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}

/** How a limit is written: the unit that people use, and how many of the service's unit that is. */
export interface LimitField {
  readonly name: LimitName;
  readonly label: string;
  readonly unit: string;
  readonly scale: number;
}

export const LIMIT_FIELDS: readonly LimitField[] = [
  { name: 'timeoutMs', label: 'Time', unit: 's', scale: 1000 },
  { name: 'memoryMb', label: 'Memory', unit: 'MiB', scale: 1 },
  { name: 'cpuMillis', label: 'Processor', unit: 'cores', scale: 1000 },
  { name: 'outputBytes', label: 'Output', unit: 'KiB', scale: 1024 },
];

/** What the reader may write, and what counts when the field is empty. */
export function boundsOf(field: LimitField, runtime: Runtime) {
  const { name, scale } = field;
  return {
    minimum: runtime.minimums[name] / scale,
    initial: runtime.defaults[name] / scale,
    maximum: runtime.maximums[name] / scale,
  };
}

/** The limits as the service takes them; those left empty are left out. @throws FieldError */
export function readLimits(texts: LimitTexts, runtime: Runtime): LimitsInput {
  const limits: LimitsInput = {};
  for (const field of LIMIT_FIELDS) {
    const text = texts[field.name].trim();
    if (text !== '') limits[field.name] = readLimit(field, text, runtime);
  }
  return limits;
}

function readLimit(field: LimitField, text: string, runtime: Runtime): number {
  const { minimum, maximum } = boundsOf(field, runtime);
  const value = Number(text.replace(',', '.'));
  if (Number.isFinite(value) && value >= minimum && value <= maximum) return Math.round(value * field.scale);
  throw new FieldError(
    `limits.${field.name}`,
    `${field.label}: expected ${shown(minimum)} to ${shown(maximum)} ${field.unit}, got ${text}.`,
  );
}

/** A limit of the service as it would be written in its field. */
export function limitText(name: LimitName, value: number): string {
  const scale = LIMIT_FIELDS.find((field) => field.name === name)?.scale ?? 1;
  return shown(value / scale);
}

/** A limit of the service in words: `30 s`, `1 core`. */
export function limitWords(name: LimitName, value: number): string {
  const text = limitText(name, value);
  const unit = LIMIT_FIELDS.find((field) => field.name === name)?.unit ?? '';
  return `${text} ${text === '1' ? unit.replace(/^cores$/, 'core') : unit}`;
}

/** At most three digits behind the point. */
export function shown(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}
