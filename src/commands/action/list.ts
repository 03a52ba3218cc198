import { BiotopeCommand } from '../../presentation/command.ts';
import { globalFlagsWithNames } from '../../presentation/flags.ts';
import { Args, Flags } from '../../presentation/oclif.ts';

export class ActionList extends BiotopeCommand {
  static override summary = 'List the actions of an environment, or of a template.';
  static override examples = [
    '<%= config.bin %> action list demo',
    '<%= config.bin %> action list --template hello@1.0.0',
  ];
  static override baseFlags = globalFlagsWithNames;
  static override args = {
    environment: Args.string({ description: 'Name of the environment.' }),
  };
  static override flags = {
    template: Flags.string({
      char: 't',
      summary: 'Those of a published template, such as hello@1.0.0.',
      helpValue: 'TEMPLATE',
    }),
  };

  async run() {
    const { args, flags } = await this.parse(ActionList);
    const { listActions } = await import('../../presentation/usecases/action/list-actions.ts');
    const { template } = flags;
    return this.reading(flags, async ({ biotope }) =>
      this.answer(await listActions(biotope, { environment: args.environment, template })),
    );
  }
}
