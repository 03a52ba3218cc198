import { BiotopeCommand } from '../../presentation/command.ts';
import { globalFlagsWithNames } from '../../presentation/flags.ts';
import { Args, Flags } from '../../presentation/oclif.ts';

export class TemplateNew extends BiotopeCommand {
  static override summary = 'Write a small template to begin with.';
  static override description =
    'It validates and runs as it is, without anything being downloaded, and its comments say what each ' +
    'part is for. On a terminal it asks what the template is to make, unless --kind says so.';
  static override examples = [
    '<%= config.bin %> template new shop --kind terraform',
    {
      description: 'Several parts, one with a name of its own:',
      command:
        '<%= config.bin %> template new shop --kind vault-secret --kind terraform=network --kind command',
    },
  ];
  static override baseFlags = globalFlagsWithNames;
  static override args = {
    name: Args.string({ description: 'Name of the template.', required: true }),
  };
  static override flags = {
    kind: Flags.string({
      char: 'k',
      summary:
        'What it makes: terraform, consul-kv, vault-secret or command, with =NAME for another name; may be given several times.',
      helpValue: 'KIND[=NAME]',
      multiple: true,
      multipleNonGreedy: true,
    }),
    folder: Flags.string({
      summary: 'The folder to make; NAME in the current one if not given.',
      helpValue: 'FOLDER',
    }),
    description: Flags.string({ summary: 'What the template is for.', helpValue: 'TEXT' }),
  };

  async run() {
    const { args, flags } = await this.parse(TemplateNew);
    const { newTemplate } = await import('../../presentation/usecases/template/new-template.ts');
    const request = { ...args, ...flags };
    return this.interruptible(async (frame) => this.answer(await newTemplate(frame, request)));
  }
}
