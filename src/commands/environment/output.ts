import { BiotopeCommand } from '../../presentation/command.ts';
import { environmentArg, globalFlagsWithNames } from '../../presentation/flags.ts';
import { Args, Flags } from '../../presentation/oclif.ts';

export class EnvironmentOutput extends BiotopeCommand {
  static override summary = 'Show the outputs of an environment, or one of them.';
  static override description = 'Secrets are shown as [redacted] unless they are asked for.';
  static override examples = [
    '<%= config.bin %> environment output demo',
    {
      description: 'One value, fit for a shell:',
      command: 'curl "$(<%= config.bin %> environment output demo url)"',
    },
    '<%= config.bin %> environment output demo login --show-secrets',
  ];
  static override baseFlags = globalFlagsWithNames;
  static override args = {
    environment: environmentArg,
    key: Args.string({ description: 'Name of one output.' }),
  };
  static override flags = {
    'show-secrets': Flags.boolean({ summary: 'Show secrets in the clear.' }),
  };

  async run() {
    const { args, flags } = await this.parse(EnvironmentOutput);
    const { showOutputs } = await import('../../presentation/usecases/environment/outputs.ts');
    const { environment, key } = args;
    const showSecrets = flags['show-secrets'];
    return this.reading(flags, async ({ biotope }) =>
      this.answer(await showOutputs(biotope, { environment, key, showSecrets })),
    );
  }
}
