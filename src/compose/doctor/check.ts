import type { Config } from '../../config/schema.ts';
import { type BiotopeError, documentationOf, isBiotopeError } from '../../model/errors.ts';
import { messageOf } from '../../model/thrown.ts';
import type { DataPaths } from '../data-folder.ts';

/** `warning`: it works, and may not for long. `skipped`: there is nothing to check yet. */
export type CheckStatus = 'ok' | 'warning' | 'failed' | 'skipped';

export interface Finding {
  status: CheckStatus;
  /** What is so, for a person. */
  found: string;
  /** The command or step that mends it; null where nothing has to be mended. */
  remedy: string | null;
}

export interface CheckResult extends Finding {
  name: string;
}

/** What is looked at. Where the configuration is broken these are the defaults. */
export interface Patient {
  config: Config;
  paths: DataPaths;
  /** Why the configuration cannot be used. */
  configProblem: BiotopeError | null;
}

/** Looks at one thing and changes nothing. What it throws counts as failed. */
export interface Check {
  name: string;
  run(patient: Patient): Finding | Promise<Finding>;
}

export function ok(found: string): Finding {
  return { status: 'ok', found, remedy: null };
}

export function skipped(found: string): Finding {
  return { status: 'skipped', found, remedy: null };
}

export function warning(found: string, remedy: string): Finding {
  return { status: 'warning', found, remedy };
}

export function failed(found: string, remedy: string): Finding {
  return { status: 'failed', found, remedy };
}

/** Each check by itself: one that breaks says nothing about the others. */
export async function runChecks(
  checks: readonly Check[],
  patient: Patient,
): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const { name, run } of checks) {
    try {
      results.push({ name, ...(await run(patient)) });
    } catch (error) {
      results.push({ name, ...findingOf(error) });
    }
  }
  return results;
}

/** Our errors say what to do themselves: behind the message, or below it. */
function findingOf(error: unknown): Finding {
  if (!isBiotopeError(error)) {
    const message = messageOf(error);
    return failed(message, 'Mend what this names, then look again.');
  }
  const { what, remedy, detail, code } = error;
  return failed(what, remedy ?? detail ?? `See ${documentationOf(code)}.`);
}
