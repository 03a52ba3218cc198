import type { SettingChange } from '../../documents/setting-changes.ts';
import type { Palette } from '../terminal/palette.ts';
import { alignColumns, indent, printable } from '../terminal/table.ts';

/** `  ~ description  "one" -> "two"` */
export function settingLines(changes: readonly SettingChange[], palette: Palette): string[] {
  const rows = changes.map(({ setting, before, after }) => [
    palette.busy('~'),
    setting,
    printable(`${before} -> ${after}`),
  ]);
  return indent(alignColumns(rows));
}
