/** PostgreSQL's texts hold no NUL: in keys and fields another character stands for it, also when they are asked for. */
export function asText(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\ufffd') : text;
}
