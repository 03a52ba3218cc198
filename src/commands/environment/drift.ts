import { BiotopeCommand } from '../../presentation/command.ts';
import { environmentArg, globalFlagsWithNames } from '../../presentation/flags.ts';

export class EnvironmentDrift extends BiotopeCommand {
  static override summary = 'Show what the last looks at an environment found to differ.';
  static override description =
    'Reads what is recorded and looks at nothing itself: "environment reconcile NAME" does.';
  static override examples = ['<%= config.bin %> environment drift demo'];
  static override baseFlags = globalFlagsWithNames;
  static override args = { environment: environmentArg };

  async run() {
    const { args, flags } = await this.parse(EnvironmentDrift);
    const { viewDrift } = await import('../../presentation/usecases/environment/reconcile.ts');
    return this.reading(flags, async ({ biotope: { store } }) =>
      this.answer(await viewDrift(store, args.environment)),
    );
  }
}
