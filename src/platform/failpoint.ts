/**
 * Named places where a test ends the process as a power cut would. `BIOTOPE_FAILPOINT=name` acts at
 * the first visit, `name:3` at the third. Without the variable a visit does nothing.
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
  return (name) => {
    if (name !== wanted) return;
    visitsLeft -= 1;
    if (visitsLeft === 0) die();
  };
}
