import { BiotopeCommand } from '../../presentation/command.ts';
import { runArg } from '../../presentation/flags.ts';
import { Args, Flags } from '../../presentation/oclif.ts';

export class RunLogs extends BiotopeCommand {
  static override summary = "Show the log of a run's steps.";
  static override description = 'With --json one JSON document a line.';
  static override examples = [
    '<%= config.bin %> run logs demo',
    {
      description: 'One step, as it is written:',
      command: '<%= config.bin %> run logs demo web[0] --follow',
    },
  ];
  static override args = {
    run: runArg,
    step: Args.string({ description: 'Only one step, such as web or web[0].' }),
  };
  static override flags = {
    follow: Flags.boolean({ char: 'f', summary: 'Go on until the run has ended.' }),
  };
  protected override isStream = true;

  async run() {
    const { args, flags } = await this.parse(RunLogs);
    const { readLogs } = await import('../../presentation/usecases/run/read-logs.ts');
    const { run, step } = args;
    const { follow } = flags;
    await this.telling(flags, ({ biotope, interrupt: { signal } }, palette) =>
      readLogs(biotope, { run, step, follow, palette, signal }),
    );
  }
}
