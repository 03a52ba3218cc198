import { BiotopeCommand } from '../../presentation/command.ts';
import { environmentArg } from '../../presentation/flags.ts';
import { Flags } from '../../presentation/oclif.ts';

export class EnvironmentWatch extends BiotopeCommand {
  static override summary = "Follow an environment's events until interrupted.";
  static override description =
    'One line an event; with --json one JSON document a line. Changes nothing and drives nothing.';
  static override examples = [
    '<%= config.bin %> environment watch demo',
    {
      description: 'All that happened so far, as JSON lines:',
      command: '<%= config.bin %> environment watch demo --history --once --json',
    },
  ];
  static override args = { environment: environmentArg };
  static override flags = {
    history: Flags.boolean({ summary: 'Begin with the first event, not with the next.' }),
    once: Flags.boolean({ summary: 'End when everything that happened so far is told.' }),
  };
  protected override isStream = true;

  async run() {
    const { args, flags } = await this.parse(EnvironmentWatch);
    const { watchEvents } = await import('../../presentation/usecases/environment/watch-events.ts');
    const { environment } = args;
    const { history, once } = flags;
    await this.telling(flags, ({ biotope, interrupt: { signal } }, palette) =>
      watchEvents(biotope, { environment, history, once, palette, signal }),
    );
  }
}
