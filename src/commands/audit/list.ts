import { BiotopeCommand } from '../../presentation/command.ts';
import { Flags } from '../../presentation/oclif.ts';

const ENTRIES_MAX = 10_000;

export class AuditList extends BiotopeCommand {
  static override summary = 'List who asked for what, and what became of it, newest first.';
  static override description =
    'Every command has an entry, accepted or refused, and so has each request that a server refused.';
  static override examples = [
    '<%= config.bin %> audit list',
    '<%= config.bin %> audit list --actor ci --since 2030-12-01T00:00Z --json',
  ];
  static override flags = {
    actor: Flags.string({ summary: 'Only what this one asked for.', helpValue: 'NAME' }),
    subject: Flags.string({
      summary: 'Only what was about this environment, run or step.',
      helpValue: 'NAME',
    }),
    since: Flags.string({ summary: 'Not older than this.', helpValue: 'TIME' }),
    until: Flags.string({ summary: 'Older than this.', helpValue: 'TIME' }),
    limit: Flags.integer({ summary: 'At most so many.', min: 1, max: ENTRIES_MAX, default: 50 }),
  };

  async run() {
    const { flags } = await this.parse(AuditList);
    const { listAudit } = await import('../../presentation/usecases/audit/list-audit.ts');
    return this.reading(flags, async ({ biotope: { store } }) =>
      this.answer(await listAudit(store, flags)),
    );
  }
}
