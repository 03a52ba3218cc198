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
    const { findEnvironment } = await import('../../presentation/usecases/lookup.ts');
    const { outputLines, valueText } = await import('../../presentation/pages/environments.ts');
    const { pickOutput, readOutputs } = await import('../../presentation/pages/outputs.ts');
    return this.reading(flags, async ({ biotope }) => {
      const environment = await findEnvironment(biotope.store, args.environment);
      const secrets = flags['show-secrets'] ? biotope.secrets : null;
      const outputs = await readOutputs(environment, args.key, secrets);
      const names = Object.keys(outputs).sort();
      const frame = { names, isVerbatim: true };
      if (args.key === undefined) {
        return this.answer({ lines: () => outputLines(outputs), document: outputs, ...frame });
      }
      const value = pickOutput(environment, outputs, args.key);
      const document = { [args.key]: value };
      return this.answer({ lines: () => [valueText(value)], document, ...frame });
    });
  }
}
