import { BiotopeCommand } from '../presentation/command.ts';
import { Args } from '../presentation/oclif.ts';

export class Completion extends BiotopeCommand {
  static override summary = 'Print the script that completes biotope in a shell.';
  static override description =
    'Completes commands, options and their values, and the names of environments, templates, runs, ' +
    'steps and resources in the data folder. To have it in every shell, put the line into ' +
    '~/.bashrc or ~/.zshrc; for fish, the script into ~/.config/fish/completions/biotope.fish.';
  static override examples = [
    { description: 'In bash or zsh, now:', command: 'source <(<%= config.bin %> completion bash)' },
    { description: 'In fish, now:', command: '<%= config.bin %> completion fish | source' },
  ];
  static override args = {
    shell: Args.string({
      description: 'The shell: bash, zsh or fish.',
      options: ['bash', 'zsh', 'fish'],
      required: true,
    }),
  };

  async run() {
    const { args } = await this.parse(Completion);
    const { completionScript } = await import('../presentation/completion/scripts.ts');
    const script = completionScript(args.shell);
    return this.answer({
      lines: () => script.trimEnd().split('\n'),
      document: { shell: args.shell, script },
      isVerbatim: true,
    });
  }
}
