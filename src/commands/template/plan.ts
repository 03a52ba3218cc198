import { BiotopeCommand } from '../../presentation/command.ts';
import { globalFlagsWithNames } from '../../presentation/flags.ts';
import { Args, Flags } from '../../presentation/oclif.ts';

export class TemplatePlan extends BiotopeCommand {
  static override summary =
    'Show what a version would change in the environments made from an older one. Changes nothing.';
  static override description =
    'Every environment that is made from an older version is planned as an update to this one. An ' +
    'environment that cannot be planned is told with its error; the exit code is 0 all the same.';
  static override examples = [
    '<%= config.bin %> template plan hello@1.0.0',
    {
      description: 'The newest version, for one environment:',
      command: '<%= config.bin %> template plan hello --environment demo',
    },
  ];
  static override baseFlags = globalFlagsWithNames;
  static override args = {
    template: Args.string({ description: 'name, name@1.2.0 or name@^1.2', required: true }),
  };
  static override flags = {
    environment: Flags.string({
      char: 'e',
      summary: 'Only this environment; may be given several times.',
      helpValue: 'NAME',
      multiple: true,
      multipleNonGreedy: true,
    }),
  };

  async run() {
    const { args, flags } = await this.parse(TemplatePlan);
    const { planTemplate } = await import('../../presentation/usecases/template/template-plan.ts');
    const { template } = args;
    const { environment } = flags;
    return this.reading(flags, async (session) =>
      this.answer(await planTemplate(session, { template, environment })),
    );
  }
}
