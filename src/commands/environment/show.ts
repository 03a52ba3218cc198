import { BiotopeCommand } from '../../presentation/command.ts';
import { environmentArg } from '../../presentation/flags.ts';

export class EnvironmentShow extends BiotopeCommand {
  static override summary =
    'Show an environment: its state, resources, groups, entrypoints and outputs.';
  static override examples = [
    '<%= config.bin %> environment show demo',
    '<%= config.bin %> environment show demo --json',
  ];
  static override args = { environment: environmentArg };

  async run() {
    const { args, flags } = await this.parse(EnvironmentShow);
    const { viewEnvironment } = await import(
      '../../presentation/usecases/environment/environments.ts'
    );
    return this.reading(flags, async ({ biotope: { store } }) =>
      this.answer(await viewEnvironment(store, { name: args.environment, nowMs: Date.now() })),
    );
  }
}
