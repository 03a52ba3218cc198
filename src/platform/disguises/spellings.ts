/**
 * A pattern for a text as programs write it into another language: JSON, an address, a shell's words,
 * HTML. Each character may be written in its own way, and be escaped again and again.
 */
export function spellingsOf(text: string): string {
  return Array.from(text, spellings).join('');
}

const PLAIN = /^[A-Za-z0-9]$/;

/** How languages write a character that means something to them. */
const OWN: Readonly<Record<string, string>> = {
  '\n': '\\\\+n',
  '\r': '\\\\+r',
  '\t': '\\\\+t',
  ' ': '\\+',
  "'": "'\\\\''|&#39;|&#x27;",
  '"': '&quot;|&#34;',
  '&': '&amp;|&#38;',
  '<': '&lt;|&#60;',
  '>': '&gt;|&#62;',
};

function spellings(character: string): string {
  if (PLAIN.test(character)) return character;
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
  const unicode = units.map((unit) => `\\\\+u${anyCase(unit.toString(16).padStart(4, '0'))}`);
  const bytes = Buffer.from(character);
  const percent = Array.from(bytes, (byte) => `%${anyCase(byte.toString(16).padStart(2, '0'))}`);
  // The longer ones first: a shorter one would leave the rest.
  const longer = [OWN[character], unicode.join(''), percent.join('')].filter(Boolean);
  return `(?:${[...longer, `\\\\*${escaped(character)}`].join('|')})`;
}

function escaped(character: string): string {
  return /[\\^$.*+?()[\]{}|/-]/.test(character) ? `\\${character}` : character;
}

function anyCase(hex: string): string {
  return hex.replaceAll(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}
