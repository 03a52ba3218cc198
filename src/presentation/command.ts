import { Command, Flags } from '@oclif/core';
import { errorDocument, errorLines, toBiotopeError } from './pages/errors.ts';
import type { GlobalFlags, Session } from './session.ts';
import { listenForInterrupt } from './terminal/interrupt.ts';
import { type Palette, paletteFor } from './terminal/palette.ts';
import { createScreen } from './terminal/screen.ts';

/**
 * The frame of all commands: settings, errors and output are the same everywhere.
 *
 * stdout carries the answer and nothing else: text, or with `--json` one document, which on
 * failure is `{"error": …}` (for streams one document a line). What goes on is told on stderr.
 */
export abstract class BiotopeCommand extends Command {
  static override enableJsonFlag = true;
  static override baseFlags = {
    config: Flags.string({
      summary: 'File with settings, YAML or JSON.',
      helpValue: 'FILE',
      helpGroup: 'GLOBAL',
    }),
    data: Flags.string({
      summary: 'Folder where everything is kept; .biotope if not given.',
      helpValue: 'FOLDER',
      helpGroup: 'GLOBAL',
    }),
    'log-level': Flags.string({
      summary: 'What is logged on stderr; warn if not given.',
      helpValue: 'debug|info|warn|error|silent',
      helpGroup: 'GLOBAL',
    }),
  };

  /** Answers with one JSON document a line instead of one in all. */
  protected isStream = false;

  /** Colours of the answer. */
  protected get palette(): Palette {
    return paletteFor(process.stdout);
  }

  /** Lines of the answer; nothing under `--json`. */
  protected show(lines: readonly string[]): void {
    for (const line of lines) this.log(line);
  }

  /** Opens what the settings name, and closes it however the work ends. */
  protected async withBiotope<T>(
    flags: GlobalFlags,
    work: (session: Session) => Promise<T>,
  ): Promise<T> {
    const { openSession } = await import('./open-session.ts');
    const screen = createScreen(process.stderr);
    const interrupt = listenForInterrupt(process);
    const biotope = await openSession({ flags, screen, command: this.describe() });
    try {
      return await work({ biotope, interrupt, screen, palette: paletteFor(process.stderr) });
    } finally {
      screen.clear();
      await biotope.close(interrupt.signal);
      interrupt.ignore();
    }
  }

  /** As `withBiotope`, for commands that change nothing: tells which runs nobody works on. */
  protected reading<T>(flags: GlobalFlags, work: (session: Session) => Promise<T>): Promise<T> {
    return this.withBiotope(flags, async (session) => {
      const { interruptedLines } = await import('./pages/notices.ts');
      session.screen.print(interruptedLines(await session.biotope.interruptedRuns()));
      return work(session);
    });
  }

  override logJson(document: unknown): void {
    process.stdout.write(`${JSON.stringify(document, null, this.isStream ? 0 : 2)}\n`);
  }

  protected override async catch(thrown: unknown): Promise<void> {
    const error = toBiotopeError(thrown);
    process.exitCode = error.entry.exitCode;
    // To be interrupted is how a stream usually ends.
    if (this.isStream && error.code === 'INTERRUPTED') return;
    if (this.jsonEnabled()) this.logJson(errorDocument(error));
    else process.stderr.write(`${errorLines(error, paletteFor(process.stderr)).join('\n')}\n`);
  }

  /** For those who find this process driving: names, never values, which may be secret. */
  private describe(): string {
    const names = this.argv.filter((word) => /^[\w.@/-]{1,80}$/.test(word));
    const values = names.findIndex((word) => word.startsWith('-'));
    return [this.id?.replaceAll(':', ' '), ...(values < 0 ? names : names.slice(0, values))].join(
      ' ',
    );
  }
}
