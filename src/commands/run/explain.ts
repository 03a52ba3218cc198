import { BiotopeCommand } from '../../presentation/command.ts';
import { runArg } from '../../presentation/flags.ts';
import { Args } from '../../presentation/oclif.ts';

export class RunExplain extends BiotopeCommand {
  static override summary = 'Explain why a step runs, waits, failed or was left alone.';
  static override description =
    'Says what the plan wants of the resource and why, which of its inputs changed, what it waits ' +
    'for, its attempts, what comes after it, and what can be done next.';
  static override examples = [
    {
      description: 'In the newest run of an environment:',
      command: '<%= config.bin %> run explain demo web',
    },
    '<%= config.bin %> run explain demo site --json',
  ];
  static override args = {
    run: runArg,
    step: Args.string({ description: 'The resource, such as web or web[0].', required: true }),
  };

  async run() {
    const { args, flags } = await this.parse(RunExplain);
    const { explain } = await import('../../presentation/usecases/run/explain/explaining.ts');
    return this.reading(flags, async ({ biotope }) => this.answer(await explain(biotope, args)));
  }
}
