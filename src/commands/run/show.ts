import { BiotopeCommand } from '../../presentation/command.ts';
import { runArg } from '../../presentation/flags.ts';

export class RunShow extends BiotopeCommand {
  static override summary = 'Show a run: its steps, what failed and what it waits for.';
  static override examples = [
    {
      description: 'The newest run of an environment:',
      command: '<%= config.bin %> run show demo',
    },
    '<%= config.bin %> run show demo --json',
  ];
  static override args = { run: runArg };

  async run() {
    const { args, flags } = await this.parse(RunShow);
    const { findRun, inOrder } = await import('../../presentation/usecases/lookup.ts');
    const { createRunReader } = await import('../../presentation/usecases/follow-run.ts');
    const { runPage } = await import('../../presentation/pages/runs.ts');
    const { runDocument, stepDocument } = await import('../../presentation/pages/documents.ts');
    return this.reading(flags, async ({ biotope }) => {
      const { id } = await findRun(biotope.store, args.run);
      const { run, waiting, nowMs, ...view } = await createRunReader(biotope, id)();
      const steps = inOrder(view.steps);
      return this.answer({
        lines: (palette) => runPage({ run, steps, waiting }, { palette, nowMs }),
        document: { run: runDocument(run), steps: steps.map(stepDocument), waiting },
      });
    });
  }
}
