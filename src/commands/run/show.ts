import { BiotopeCommand } from '../../presentation/command.ts';
import { runArg } from '../../presentation/flags.ts';
import { Flags } from '../../presentation/oclif.ts';
import type { GlobalFlags } from '../../presentation/session.ts';

export class RunShow extends BiotopeCommand {
  static override summary = 'Show a run: its steps, what failed and what it waits for.';
  static override description =
    'With --follow each change until the run has ended, whichever process works on it; with --json ' +
    'one JSON document a line: {"run": …}, {"step": …} or {"waiting": […]}, each as it is now.';
  static override examples = [
    {
      description: 'The newest run of an environment:',
      command: '<%= config.bin %> run show demo',
    },
    '<%= config.bin %> run show demo --json',
    {
      description: 'What happens, as JSON lines:',
      command: '<%= config.bin %> run show demo --follow --json',
    },
  ];
  static override args = { run: runArg };
  static override flags = {
    follow: Flags.boolean({ char: 'f', summary: 'Go on until the run has ended.' }),
  };

  async run() {
    const { args, flags } = await this.parse(RunShow);
    this.isStream = flags.follow;
    return flags.follow ? this.follow(args.run, flags) : this.look(args.run, flags);
  }

  private async look(wanted: string, flags: GlobalFlags) {
    const { findRun, inOrder } = await import('../../presentation/usecases/lookup.ts');
    const { createRunReader } = await import('../../presentation/usecases/follow-run.ts');
    const { runPage } = await import('../../presentation/pages/runs.ts');
    const { runDocument, stepDocument } = await import('../../presentation/pages/documents.ts');
    const { waitDocument } = await import('../../presentation/pages/wait.ts');
    return this.reading(flags, async ({ biotope }) => {
      const { id } = await findRun(biotope.store, wanted);
      const { run, waiting, nowMs, ...view } = await createRunReader(biotope, id)();
      const steps = inOrder(view.steps);
      const isInterrupted = (await biotope.interruptedRuns()).some((one) => one.id === id);
      return this.answer({
        lines: (palette) => runPage({ run, steps, waiting, isInterrupted }, { palette, nowMs }),
        document: {
          run: runDocument(run),
          steps: steps.map(stepDocument),
          waiting: waiting.map(waitDocument),
        },
      });
    });
  }

  private async follow(wanted: string, flags: GlobalFlags) {
    const { findRun } = await import('../../presentation/usecases/lookup.ts');
    const { watchRun } = await import('../../presentation/usecases/watch-run.ts');
    await this.reading(flags, async ({ biotope, interrupt: { signal } }) => {
      const { id } = await findRun(biotope.store, wanted);
      const { palette } = this;
      for await (const piece of watchRun(biotope, { run: id, palette, signal })) {
        this.show(piece.lines);
        if (this.jsonEnabled()) for (const document of piece.documents) this.logJson(document);
      }
    });
  }
}
