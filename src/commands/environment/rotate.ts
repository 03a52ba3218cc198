import { BiotopeCommand } from '../../presentation/command.ts';
import {
  environmentArg,
  globalFlagsWithNames,
  previewFlags,
  timeoutFlag,
  waitFlag,
} from '../../presentation/flags.ts';
import { Args } from '../../presentation/oclif.ts';

export class EnvironmentRotate extends BiotopeCommand {
  static override summary = 'Generate secrets anew, and bring what depends on them up to date.';
  static override description =
    'A vault-secret gets a new version of what it generated; what was given to it stays. Then exactly ' +
    'the resources run that read the new version. A run that failed in between is taken up with ' +
    '"run retry", and nothing is rotated twice.';
  static override examples = [
    '<%= config.bin %> environment rotate demo password',
    {
      description: 'Which resources might run after it:',
      command: '<%= config.bin %> environment rotate demo password --dry-run',
    },
  ];
  static override baseFlags = globalFlagsWithNames;
  static override args = {
    environment: environmentArg,
    resource: Args.string({
      description: 'A resource, such as password, key[1], or key for all its indices.',
      required: true,
      multiple: true,
    }),
  };
  static override flags = { ...previewFlags, timeout: timeoutFlag, wait: waitFlag };

  async run() {
    const { args, flags } = await this.parse(EnvironmentRotate);
    const { rotateResources } = await import('../../presentation/usecases/environment/rotate.ts');
    const answer = await this.withBiotope(flags, (session) =>
      rotateResources(session, { name: args.environment, rotate: args.resource, ...flags }),
    );
    return this.answer(answer);
  }
}
