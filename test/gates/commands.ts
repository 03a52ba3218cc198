import { type Import, importsOf, staticImports } from './imports.ts';
import { type Gate, isCode } from './source.ts';

const OWN_DOOR = 'src/presentation/oclif.ts';

/**
 * What a command is (its options, arguments and texts) is made of `src/commands` and the files that
 * stand directly in `src/presentation`: the index that help and completion read is remade when one of
 * these changed, and never goes stale for another. What a command does is imported when it runs, and
 * answers as it is to be shown: pages and the terminal are no concern of a command.
 */
export const commands: Gate = (files) =>
  files.filter(isCode).flatMap((file) => {
    const first = staticImports(file).map((one) => ({ ...one, judgement: judge(file.path, one) }));
    const all = importsOf(file).map((one) => ({ ...one, judgement: judgeWhenRun(file.path, one) }));
    return [...first, ...all].flatMap(({ line, judgement: message }) =>
      message === undefined ? [] : [{ path: file.path, line, message }],
    );
  });

function judgeWhenRun(from: string, { target }: Import): string | undefined {
  if (!from.startsWith('src/commands/') || target === undefined) return undefined;
  if (!/^src\/presentation\/(?:pages|terminal)\//.test(target)) return undefined;
  return `a command does not show by itself: a use case answers with what ${target} makes`;
}

function judge(from: string, { specifier, target }: Import): string | undefined {
  if (specifier === '@oclif/core') return `loads all of oclif: Args and Flags are in ${OWN_DOOR}`;
  if (from === 'src/presentation/flags.ts' && target !== OWN_DOOR) {
    return `options are made of ${OWN_DOOR} alone, not of ${specifier}`;
  }
  if (!from.startsWith('src/commands/') || isTopOfPresentation(target)) return undefined;
  return `a command imports ${specifier} when it runs, with import()`;
}

function isTopOfPresentation(target: string | undefined): boolean {
  return target !== undefined && /^src\/(?:presentation|commands\/.*)\/[^/]+\.ts$/.test(target);
}
