import { BiotopeCommand } from '../presentation/command.ts';
import { installTerraformFlag, timeoutFlag } from '../presentation/flags.ts';
import { Flags } from '../presentation/oclif.ts';

export class Demo extends BiotopeCommand {
  static override summary = 'Build a small environment, show that it lives, and destroy it.';
  static override description =
    'Needs nothing but Terraform: a generated password, a Terraform module, settings and a web ' +
    'server on this machine.';
  static override examples = [
    '<%= config.bin %> demo',
    { description: 'Leave it there, to look at it:', command: '<%= config.bin %> demo --keep' },
  ];
  static override flags = {
    keep: Flags.boolean({ summary: 'Do not destroy it.' }),
    template: Flags.string({
      char: 't',
      summary: 'Another template whose parameters all have defaults.',
      helpValue: 'TEMPLATE',
      default: 'hello',
    }),
    timeout: timeoutFlag,
    'install-terraform': installTerraformFlag,
  };

  async run() {
    const { flags } = await this.parse(Demo);
    const { demo } = await import('../presentation/usecases/demo.ts');
    return this.withBiotope(flags, (session) =>
      demo(session, {
        ...flags,
        installTerraform: flags['install-terraform'],
        show: (lines) => this.show(lines),
        palette: this.palette,
      }),
    );
  }
}
