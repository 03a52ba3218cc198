import { templatePlanLines } from '../../pages/template-plan.ts';
import type { Answer, Session } from '../../session.ts';

/** What a version would change, without changing anything. */
export async function planTemplate(
  { biotope, interrupt, screen }: Session,
  request: { template: string; environment?: readonly string[] | undefined },
): Promise<Answer> {
  const impact = await biotope.impact({
    template: request.template,
    environments: request.environment,
    withDifferences: false,
    signal: interrupt.signal,
    onProgress: (environment) => screen.print([], [`  planning ${environment}`]),
  });
  screen.clear();
  return {
    lines: (palette) => templatePlanLines(impact, palette),
    document: impact,
    names: impact.environments.map(({ environment }) => environment),
  };
}
