import type { Session } from './session.ts';

/** What a run waits for now, one line each, for people who watch. */
export function describeWaiting(session: Session, nowMs: number): string[] {
  const { view } = session;
  const lines: string[] = [];
  const each = (status: Parameters<typeof view.readiness.withStatus>[0], line: Line) => {
    for (const address of view.readiness.withStatus(status))
      lines.push(line(view.step(address).value));
  };
  each('dispatched', (step) => `${step.label}: waiting for a worker of pool ${step.pool}`);
  each(
    'parked',
    (step) => `${step.label}: ${step.failure?.message ?? 'its backing system is away'}`,
  );
  each('unknown', (step) =>
    step.needsResolve
      ? `${step.label}: its outcome is unknown; see "biotope run resolve"`
      : `${step.label}: its outcome is unknown and will be inspected`,
  );
  for (const address of view.readiness.withStatus('pending')) {
    const { label, attempt, attemptsMax, notBeforeMs } = view.step(address).value;
    if (notBeforeMs === null || notBeforeMs <= nowMs) continue;
    lines.push(
      `${label}: attempt ${attempt + 1} of ${attemptsMax} in ${seconds(notBeforeMs - nowMs)}`,
    );
  }
  for (const wait of session.validation?.work.waits() ?? []) {
    lines.push(
      `${wait.label}: waiting for ${wait.target} for ${seconds(nowMs - wait.sinceMs)} ` +
        `(last answer: ${wait.lastAnswer})`,
    );
  }
  return lines;
}

type Line = (step: import('../../model/step.ts').StepRecord) => string;

function seconds(durationMs: number): string {
  return `${Math.max(0, Math.round(durationMs / 1_000))} s`;
}
