/** Finds many texts, and long ones, at once: what they begin with tells where to look closer. */
export interface Literals {
  /** Those that are shorter than the head are left out. */
  add(texts: readonly string[]): void;
  /** Where one begins with another, the longer one counts. */
  replace(text: string, by: string): string;
  isIn(text: string): boolean;
}

/** All that begin alike. */
interface Family {
  texts: Set<string>;
  /** Their lengths, each once, the longest first. */
  lengths: number[];
}

export function createLiterals(headCharacters: number): Literals {
  const families = new Map<string, Family>();

  /** How long the text is that stands there; undefined: none does. */
  const lengthAt = (text: string, at: number): number | undefined => {
    const family = families.get(text.slice(at, at + headCharacters));
    return family?.lengths.find(
      (length) => at + length <= text.length && family.texts.has(text.slice(at, at + length)),
    );
  };

  return {
    add: (texts) => {
      for (const text of texts) {
        if (text.length < headCharacters) continue;
        const head = text.slice(0, headCharacters);
        const family = families.get(head) ?? { texts: new Set(), lengths: [] };
        families.set(head, family);
        family.texts.add(text);
        if (family.lengths.includes(text.length)) continue;
        family.lengths.push(text.length);
        family.lengths.sort((left, right) => right - left);
      }
    },
    replace: (text, by) => {
      if (families.size === 0) return text;
      const pieces: string[] = [];
      let from = 0;
      for (let at = 0; at + headCharacters <= text.length; ) {
        const length = lengthAt(text, at);
        if (length === undefined) at += 1;
        else {
          pieces.push(text.slice(from, at), by);
          at += length;
          from = at;
        }
      }
      return pieces.length === 0 ? text : pieces.join('') + text.slice(from);
    },
    isIn: (text) => {
      for (let at = 0; at + headCharacters <= text.length; at += 1) {
        if (lengthAt(text, at) !== undefined) return true;
      }
      return false;
    },
  };
}
