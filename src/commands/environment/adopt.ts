import { BiotopeCommand } from '../../presentation/command.ts';
import {
  buildFlags,
  environmentArg,
  globalFlagsWithNames,
  previewFlags,
  timeoutFlag,
  waitFlag,
} from '../../presentation/flags.ts';
import { Flags } from '../../presentation/oclif.ts';

export class EnvironmentAdopt extends BiotopeCommand {
  static override summary = 'Adopt what exists already instead of making it.';
  static override description =
    'Creates the environment, or updates it where it is there; what is not named is made as usual. ' +
    'terraform needs the address of each thing in the module and its id; it is planned first, and ' +
    'refused where anything would be made anew or removed. consul-kv and vault-secret take what is at ' +
    'their prefix or path; from=ENVIRONMENT takes it away from an environment that lives, and ' +
    'version=N of a secret makes sure that it is the one you saw. command starts the program "adopt" ' +
    'of its spec. Ids are recorded as they are: they must be no secrets. What was adopted goes when ' +
    'the environment is destroyed.';
  static override examples = [
    {
      description:
        'What it would do, in the words of each executor (without --diff: whether it would be refused):',
      command:
        '<%= config.bin %> environment adopt shop -t hello --resource site=terraform_data.page=page-1 --dry-run --diff',
    },
    '<%= config.bin %> environment adopt shop -t hello --resource site=terraform_data.page=page-1',
    {
      description: 'After an adoption that cannot succeed, make the thing after all:',
      command: '<%= config.bin %> environment adopt demo --create web',
    },
  ];
  static override baseFlags = globalFlagsWithNames;
  static override args = { environment: environmentArg };
  static override flags = {
    ...buildFlags,
    resource: Flags.string({
      summary: 'What exists, and where; may be given several times.',
      helpValue: 'NAME[=KEY=VALUE]',
      multiple: true,
      multipleNonGreedy: true,
      atLeastOne: ['resource', 'create'],
    }),
    create: Flags.string({
      summary: 'A resource whose adoption has not succeeded and is given up.',
      helpValue: 'NAME',
      multiple: true,
      multipleNonGreedy: true,
    }),
    ...previewFlags,
    timeout: timeoutFlag,
    wait: waitFlag,
  };

  async run() {
    const { args, flags } = await this.parse(EnvironmentAdopt);
    const { adoptResources } = await import('../../presentation/usecases/environment/adopt.ts');
    const answer = await this.withBiotope(flags, (session) =>
      adoptResources(session, { name: args.environment, ...flags }),
    );
    return this.answer(answer);
  }
}
