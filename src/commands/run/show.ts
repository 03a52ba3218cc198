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
    if (flags.follow) return this.follow(args.run, flags);
    const { viewRun } = await import('../../presentation/usecases/run/runs.ts');
    return this.reading(flags, async ({ biotope }) =>
      this.answer(await viewRun(biotope, args.run)),
    );
  }

  private async follow(run: string, flags: GlobalFlags) {
    const { watchRun } = await import('../../presentation/usecases/run/watch-run.ts');
    this.isStream = true;
    await this.telling(flags, ({ biotope, interrupt: { signal } }, palette) =>
      watchRun(biotope, { run, palette, signal }),
    );
  }
}
