import { BiotopeCommand } from '../../presentation/command.ts';
import { globalFlagsWithNames } from '../../presentation/flags.ts';
import { Args } from '../../presentation/oclif.ts';

export class TemplatePublish extends BiotopeCommand {
  static override summary = 'Check a template and publish this version of it.';
  static override description =
    'A published version never changes: other content needs another version in template.yaml.';
  static override examples = ['<%= config.bin %> template publish ./templates/web-service'];
  static override baseFlags = globalFlagsWithNames;
  static override args = {
    folder: Args.string({ description: 'Folder with template.yaml.', required: true }),
  };

  async run() {
    const { args, flags } = await this.parse(TemplatePublish);
    const { publish } = await import('../../presentation/usecases/publishing.ts');
    const answer = await this.withBiotope(flags, (session) => publish(session, args.folder));
    return this.answer(answer);
  }
}
