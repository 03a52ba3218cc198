import { describe, expect, it } from 'vitest';
import {
  askForParts,
  readParts,
} from '../../../../../src/presentation/usecases/template/new-template-parts.ts';

describe('what a new template makes', () => {
  it('is told by kinds, each with a name of its own or the usual one', () => {
    expect(readParts(['terraform=network', 'terraform', 'command', 'command'])).toEqual([
      { kind: 'terraform', id: 'network' },
      { kind: 'terraform', id: 'infrastructure' },
      { kind: 'command', id: 'app' },
      { kind: 'command', id: 'app-2' },
    ]);
  });

  it.each([
    [['terrafrom'], 'Did you mean "terraform"?'],
    [['database'], 'Known are vault-secret, terraform, consul-kv or command.'],
    [['terraform=Network'], 'lower-case letters'],
    [['terraform='], 'lower-case letters'],
    [['terraform=x', 'command=x'], 'both have the name x'],
  ])('is not %s', (words, message) => {
    expect(() => readParts(words)).toThrow(message);
  });
});

describe('asking what a new template makes', () => {
  /** Answers in their order; what was asked is kept. */
  function person(...answers: string[]) {
    const asked: string[] = [];
    const ask = async (question: string) => {
      asked.push(question);
      const answer = answers.shift();
      if (answer === undefined) throw new Error(`asked too much: ${question}`);
      return answer.trim();
    };
    return { asked, ask };
  }

  it('takes numbers and names, and the proposed name where none is given', async () => {
    const { ask, asked } = person(' 1, terraform 2 ', '', ' network ', '');
    expect(await askForParts(ask)).toEqual([
      { kind: 'vault-secret', id: 'password' },
      { kind: 'terraform', id: 'network' },
      { kind: 'terraform', id: 'infrastructure' },
    ]);
    expect(asked[0]).toContain('2  terraform     a Terraform module');
    expect(asked.at(-1)).toBe('Name of the terraform resource? [infrastructure] ');
  });

  it('asks again for what cannot be used, and says why', async () => {
    const { ask, asked } = person('', '7', 'comand', '4', 'My App', 'my-app');
    expect(await askForParts(ask)).toEqual([{ kind: 'command', id: 'my-app' }]);
    expect(asked.slice(1).map((question) => question.split('\n')[0])).toEqual([
      'Name at least one.',
      expect.stringContaining('nothing of the kind "7"'),
      expect.stringContaining('Did you mean "command"?'),
      'Name of the command resource? [app] ',
      expect.stringContaining('"My App" cannot be a name'),
    ]);
  });
});
