import { staticImports } from './imports.ts';
import { type Gate, isCode } from './source.ts';

const OWN_DOOR = 'src/presentation/oclif.ts';

/**
 * What a command is (its options, arguments and texts) is made of `src/commands` and the files that
 * stand directly in `src/presentation`: the index that help and completion read is remade when one of
 * these changed, and never goes stale for another. What a command does is imported when it runs.
 */
export const commands: Gate = (files) =>
  files.filter(isCode).flatMap((file) =>
    staticImports(file).flatMap(({ specifier, target, line }) => {
      const message = judge(file.path, specifier, target);
      return message === undefined ? [] : [{ path: file.path, line, message }];
    }),
  );

function judge(from: string, specifier: string, target: string | undefined): string | undefined {
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
