/** A text as it is, and as it looks inside JSON (and JSON in that) and an address. */
export function writtenForms(text: string): string[] {
  const inside = (plain: string) => JSON.stringify(plain).slice(1, -1);
  const json = inside(text);
  // Terraform writes these in JSON as escapes.
  const strict = json.replaceAll(
    /[<>&]/g,
    (character) => `\\u00${character.charCodeAt(0).toString(16)}`,
  );
  const forms = [text, json, strict, inside(json), inside(strict)];
  return [...new Set([...forms, encodeURIComponent(text.toWellFormed())])];
}

/** Its bytes as hex and as Base64; of Base64 also what is the same whatever stands around them. */
export function encodedForms(text: string): string[] {
  const bytes = Buffer.from(text);
  const hex = bytes.toString('hex');
  const whole = bytes.toString('base64').replace(/=+$/, '');
  const base64 = [whole, ...[0, 1, 2].map((before) => innerBase64(bytes, before))];
  const urlSafe = base64.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'));
  return [...new Set([hex, hex.toUpperCase(), ...base64, ...urlSafe])];
}

/** `before`: how many bytes, modulo 3, stand before them. */
function innerBase64(bytes: Buffer, before: number): string {
  const moved = Buffer.concat([Buffer.alloc(before), bytes]);
  const from = Math.ceil((before * 8) / 6);
  return moved.toString('base64').slice(from, Math.floor((moved.length * 8) / 6));
}
