import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCommands } from '../../../src/presentation/startup/own-plugin.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const pjson = JSON.parse(readFileSync(resolve(ROOT, 'package.json'), 'utf8'));
const commands = Object.values(await readCommands(ROOT, pjson));
const SENTENCE = /^[A-Z"].*\.$/s;

describe.each(commands.map((command) => [command.id.replaceAll(':', ' '), command] as const))(
  '%s',
  (_, { id, summary, description, args, flags, examples }) => {
    it('says in sentences what it does', () => {
      expect(summary).toMatch(SENTENCE);
      if (description !== undefined) expect(description).toMatch(SENTENCE);
    });

    it('explains every argument and option', () => {
      for (const arg of Object.values(args)) expect(arg.description, arg.name).toMatch(/./);
      for (const flag of Object.values(flags)) expect(flag.summary, flag.name).toMatch(SENTENCE);
    });

    it('has the options of all commands', () => {
      const global = ['config', 'data', 'log-level', 'json', 'output'];
      expect(Object.keys(flags)).toEqual(expect.arrayContaining(global));
    });

    it('gives no letter to two options', () => {
      const letters = Object.values(flags).flatMap(({ char }) => char ?? []);
      expect(new Set(letters).size).toBe(letters.length);
    });

    it('has an example of itself', () => {
      const texts = (examples ?? []).map((example) =>
        typeof example === 'string' ? example : example.command,
      );
      expect(texts).not.toEqual([]);
      for (const text of texts) expect(text).toContain(`%> ${id.replaceAll(':', ' ')}`);
    });

    it('stands in a topic that says what it is about', () => {
      const [topic, ...rest] = id.split(':');
      if (rest.length > 0) expect(pjson.oclif.topics).toHaveProperty(topic ?? '');
    });
  },
);
