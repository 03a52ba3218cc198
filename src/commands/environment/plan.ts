import { BiotopeCommand } from '../../presentation/command.ts';
import { buildFlags, environmentArg } from '../../presentation/flags.ts';
import { Flags } from '../../presentation/oclif.ts';

export class EnvironmentPlan extends BiotopeCommand {
  static override summary = 'Show what a create, update or destroy would do. Changes nothing.';
  static override description =
    'An environment that does not exist is planned from --template; one that exists as an update. ' +
    '+ create, ~ change, < adopt, * rotate, - remove, ? decided during the run, = unchanged.';
  static override examples = [
    '<%= config.bin %> environment plan demo --template hello',
    {
      description: "With each executor's own plan, such as Terraform's:",
      command: '<%= config.bin %> environment plan demo --parameter greeting=Hi --diff',
    },
    '<%= config.bin %> environment plan demo --destroy',
  ];
  static override args = { environment: environmentArg };
  static override flags = {
    ...buildFlags,
    destroy: Flags.boolean({
      summary: 'What a destroy would do.',
      exclusive: Object.keys(buildFlags),
    }),
    diff: Flags.boolean({ summary: "Show each executor's own plan as well." }),
  };

  async run() {
    const { args, flags } = await this.parse(EnvironmentPlan);
    const { plan } = await import('../../presentation/usecases/environment/plan.ts');
    const answer = await this.reading(flags, (session) =>
      plan(session, { name: args.environment, ...flags }),
    );
    return this.answer(answer);
  }
}
