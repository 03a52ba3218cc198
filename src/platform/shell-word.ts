/** One word as a POSIX shell takes it: quoted where it holds anything that a shell reads otherwise. */
export function shellWord(text: string): string {
  return /^[\w@%+:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
