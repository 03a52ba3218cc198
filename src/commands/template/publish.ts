import { BiotopeCommand } from '../../presentation/command.ts';
import { globalFlagsWithNames, sourceArg } from '../../presentation/flags.ts';
import { Flags } from '../../presentation/oclif.ts';

export class TemplatePublish extends BiotopeCommand {
  static override summary = 'Check a template and publish this version of it.';
  static override description =
    'A published version never changes: other content needs another version in template.yaml. ' +
    'Modules from Git and registries are fetched and kept with it, and the versions of Terraform’s ' +
    'providers are locked: nothing of it is fetched again later.';
  static override examples = [
    '<%= config.bin %> template publish ./templates/web-service',
    '<%= config.bin %> template publish "git::https://github.com/org/repo.git//templates/web-service?ref=v1.2.0"',
    '<%= config.bin %> template publish ./templates/web-service --upgrade',
  ];
  static override baseFlags = globalFlagsWithNames;
  static override args = { source: sourceArg };
  static override flags = {
    upgrade: Flags.boolean({
      summary: 'Take the newest providers that the modules allow, not those of the version before.',
    }),
    'skip-lock': Flags.boolean({
      summary: 'Lock no providers: the first run chooses them. For places without their registry.',
      exclusive: ['upgrade'],
    }),
  };

  async run() {
    const { args, flags } = await this.parse(TemplatePublish);
    const { publish } = await import('../../presentation/usecases/template/publish.ts');
    const options = { upgrade: flags.upgrade, skipLock: flags['skip-lock'] };
    const answer = await this.withBiotope(flags, (session) =>
      publish(session, args.source, options),
    );
    return this.answer(answer);
  }
}
