import { isoTime } from '../../documents/time.ts';
import type { StepRecord } from '../../model/step.ts';

/** Something that has to happen first. */
export interface Wait {
  kind:
    | 'driver'
    | 'line'
    | 'approval'
    | 'step'
    | 'builds'
    | 'pause'
    | 'pool'
    | 'turn'
    | 'worker'
    | 'lease'
    | 'system'
    | 'inspection'
    | 'person'
    | 'endpoint'
    /** What the work under way says that it waits for. */
    | 'work';
  /** The label of what waits; null: the whole run. */
  step: string | null;
  /** What is waited for, as a part of a sentence. */
  message: string;
  /** The message without what the clock alone changes. */
  lasting: string;
  /** When it is over at the latest, where that is known. */
  untilMs: number | null;
}

/** `of`: whose wait it is; null: the whole run's. */
export function waitFor(
  of: Pick<StepRecord, 'label'> | null,
  kind: Wait['kind'],
  message: string,
  { untilMs = null, lasting = message }: Partial<Pick<Wait, 'untilMs' | 'lasting'>> = {},
): Wait {
  return { kind, step: of?.label ?? null, message, lasting, untilMs };
}

/** `web: waiting for a worker of pool gpu` */
export function waitLine({ step, message }: Wait): string {
  return `${step === null ? '' : `${step}: `}waiting for ${message}`;
}

export function waitDocument({ kind, step, message, untilMs }: Wait) {
  return { kind, step, message, until: isoTime(untilMs) };
}
