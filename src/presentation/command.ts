import { Command } from '@oclif/core/command';
import { isBiotopeError } from '../model/errors.ts';
import { globalFlags } from './flags.ts';
import { loadZod } from './load-zod.ts';
import {
  askedFormat,
  type DocumentWriter,
  documentWriter,
  type OutputFormat,
} from './output-format.ts';
import { errorDocument, errorLines, toBiotopeError } from './pages/errors.ts';
import type { Answer, GlobalFlags, Piece, Session } from './session.ts';
import { listenForInterrupt } from './terminal/interrupt.ts';
import { type Palette, paletteFor } from './terminal/palette.ts';
import { createScreen } from './terminal/screen.ts';
import { wrapHanging } from './terminal/width.ts';

/**
 * The frame of all commands: settings, errors and output are the same everywhere.
 *
 * stdout carries the answer and nothing else: text, or under `--output json|yaml` one document,
 * which on failure is `{"error": …}` (for streams one document a line), or under `--output name`
 * bare names. What goes on is told on stderr. A command whose answer has names overrides
 * `baseFlags` with `globalFlagsWithNames`; for all others the parser refuses `--output name`.
 */
export abstract class BiotopeCommand extends Command {
  static override enableJsonFlag = true;
  static override baseFlags = globalFlags;

  /** Answers with one document a line instead of one in all. */
  protected isStream = false;
  private write: DocumentWriter | undefined;

  private get format(): OutputFormat {
    return askedFormat(this.argv);
  }

  protected override async init(): Promise<void> {
    await super.init();
    await loadZod();
    this.write = await documentWriter(this.format);
  }

  /** Colours of the answer. */
  protected get palette(): Palette {
    return paletteFor(process.stdout);
  }

  /** Prints an answer as it was asked for, and returns its document, which `run` has to return. */
  protected answer({ lines, document, names = [], isVerbatim = false }: Answer): object {
    if (this.format === 'name') this.print(names);
    if (this.format === 'table') {
      const told = lines(this.palette);
      const { columns } = this.palette;
      this.print(isVerbatim ? told : told.flatMap((line) => wrapHanging(line, columns)));
    }
    return document;
  }

  /** Lines of an answer that comes in pieces; nothing where documents or names were asked for. */
  protected show(lines: readonly string[]): void {
    if (this.format === 'table') this.print(lines);
  }

  /** An answer that comes in pieces, until it ends or is interrupted. */
  protected telling(
    flags: GlobalFlags,
    pieces: (session: Session, palette: Palette) => AsyncIterable<Piece>,
  ): Promise<void> {
    return this.reading(flags, async (session) => {
      for await (const { lines, documents } of pieces(session, this.palette)) {
        if (this.jsonEnabled()) for (const document of documents) this.logJson(document);
        else this.show(lines());
      }
    });
  }

  private print(lines: readonly string[]): void {
    for (const line of lines) process.stdout.write(`${line}\n`);
  }

  /** Opens what the settings name, and closes it however the work ends. */
  protected async withBiotope<T>(
    flags: GlobalFlags,
    work: (session: Session) => Promise<T>,
  ): Promise<T> {
    const { openSession } = await import('./open-session.ts');
    return this.interruptible(async ({ screen, interrupt, palette }) => {
      const told = new Set<unknown>();
      const { signal } = interrupt;
      const command = this.describe();
      const biotope = await openSession({ flags, screen, signal, command, told });
      try {
        const advise = (line: string) => {
          if (this.format === 'table') screen.print([line]);
        };
        return await work({ biotope, interrupt, screen, palette, advise });
      } catch (error) {
        if (isBiotopeError(error)) told.add(error.facts.run);
        throw error;
      } finally {
        screen.clear();
        await biotope.close(interrupt.signal);
      }
    });
  }

  /** For work that needs no data folder and is to end cleanly when it is interrupted. */
  protected async interruptible<T>(
    work: (frame: Omit<Session, 'biotope' | 'advise'>) => Promise<T>,
  ): Promise<T> {
    const screen = createScreen(process.stderr);
    const interrupt = listenForInterrupt(process);
    try {
      return await work({ screen, interrupt, palette: paletteFor(process.stderr) });
    } finally {
      interrupt.ignore();
    }
  }

  /** As `withBiotope`, for commands that change nothing: tells which runs nobody works on. */
  protected reading<T>(flags: GlobalFlags, work: (session: Session) => Promise<T>): Promise<T> {
    return this.withBiotope(flags, async (session) => {
      const { absentFolderLines, interruptedLines } = await import('./pages/notices.ts');
      const { isStoreShared } = await import('../compose/open-store.ts');
      const { config, paths } = session.biotope;
      if (flags.data !== undefined && !isStoreShared(config)) {
        session.screen.print(absentFolderLines(paths.folder));
      }
      session.screen.print(interruptedLines(await session.biotope.interruptedRuns()));
      return work(session);
    });
  }

  /** Whether the answer is a document. */
  override jsonEnabled(): boolean {
    return this.format === 'json' || this.format === 'yaml';
  }

  override logJson(document: unknown): void {
    const text = this.write?.(document, { isStream: this.isStream });
    if (text !== undefined) process.stdout.write(text);
  }

  protected override async catch(thrown: unknown): Promise<void> {
    const error = toBiotopeError(thrown, {
      name: this.id?.replaceAll(':', ' ') ?? '',
      options: Object.values({ ...this.ctor.baseFlags, ...this.ctor.flags }),
    });
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
