import { BiotopeCommand } from '../../presentation/command.ts';
import { globalFlagsWithNames, sourceArg } from '../../presentation/flags.ts';

export class TemplatePublish extends BiotopeCommand {
  static override summary = 'Check a template and publish this version of it.';
  static override description =
    'A published version never changes: other content needs another version in template.yaml.';
  static override examples = [
    '<%= config.bin %> template publish ./templates/web-service',
    '<%= config.bin %> template publish "git::https://github.com/org/repo.git//templates/web-service?ref=v1.2.0"',
  ];
  static override baseFlags = globalFlagsWithNames;
  static override args = { source: sourceArg };

  async run() {
    const { args, flags } = await this.parse(TemplatePublish);
    const { publish } = await import('../../presentation/usecases/publishing.ts');
    const answer = await this.withBiotope(flags, (session) => publish(session, args.source));
    return this.answer(answer);
  }
}
