import type { Check } from '../frame/scenario.ts';

/**
 * Nothing of a unique name is made twice without anybody having looked in between, or beside another
 * one at work on it. The ledger's lines are `<what> <name>`; what each of them says:
 *
 *   create   it was not there and is made         destroy  it is taken away
 *   again    it was there as asked, and is made once more
 *   beside   it is begun while another process is at work on it
 *   inspect  somebody looked; `inspect <name> present` found it whole
 *   tainted  Terraform knows that it is half-made, and makes it anew
 *   (other)  it was changed or adopted knowingly
 */
export const effects: Check = async (place, tally) => {
  const lines = place.effects();
  tally.count('duplicates', lines.length, [...blindRepetitions(lines), ...beside(lines)]);
};

function blindRepetitions(lines: readonly string[]): string[] {
  const made = new Set<string>();
  const blind: string[] = [];
  for (const line of lines) {
    const [what, name = '', finding] = line.split(' ');
    if (finding === 'present') continue;
    const isMaking = what === 'create' || what === 'again';
    if (isMaking && made.has(name)) blind.push(`${name} was made twice`);
    if (isMaking) made.add(name);
    else made.delete(name);
  }
  return blind;
}

function beside(lines: readonly string[]): string[] {
  return lines.filter((line) => line.startsWith('beside '));
}
