import { BiotopeError } from '../model/errors.ts';

/**
 * Named places where a test ends the process as a power cut would. `BIOTOPE_FAILPOINT=name` acts at
 * the first visit, `name:3` at the third. Without the variable a visit does nothing; a name that does
 * not exist is refused, lest a test wait for a death that never comes.
 */
export type Failpoint = (name: FailpointName) => void;

export const FAILPOINTS = [
  'intake.before-commit',
  'intake.after-commit',
  'run.before-take',
  'run.after-take',
  'plan.before-commit',
  'plan.after-commit',
  'dispatch.before-commit',
  'dispatch.after-commit',
  'claim.before-commit',
  'claim.after-commit',
  'effect.before',
  'effect.after',
  'report.before-commit',
  'report.after-commit',
  'finish.before-commit',
  'finish.after-commit',
  'outbox.before-publish',
  'outbox.after-publish',
] as const;

export type FailpointName = (typeof FAILPOINTS)[number];

/** @internal */
export const noFailpoint: Failpoint = () => {};

export function createFailpoint(setting: string | undefined, die: () => void): Failpoint {
  if (setting === undefined || setting === '') return noFailpoint;
  const [wanted, visit = '1'] = setting.split(':');
  let visitsLeft = Number(visit);
  if (!FAILPOINTS.some((name) => name === wanted) || !/^[1-9]\d*$/.test(visit)) {
    throw new BiotopeError('CONFIGURATION_INVALID', {
      message:
        `BIOTOPE_FAILPOINT is ${JSON.stringify(setting)}: write NAME or NAME:VISIT, ` +
        `where NAME is one of ${FAILPOINTS.join(', ')}.`,
    });
  }
  return (name) => {
    if (name !== wanted) return;
    visitsLeft -= 1;
    if (visitsLeft === 0) die();
  };
}
