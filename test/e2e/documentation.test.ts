import { globSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERRORS, type ErrorCode } from '../../src/model/errors.ts';
import { type Console, createConsole, isShown } from '../docs/console.ts';
import { blocksOf } from '../docs/markdown.ts';

const pages = globSync('docs/**/*.md')
  .sort()
  .map((path) => ({ path, text: readFileSync(path, 'utf8') }))
  .filter(({ text }) => blocksOf(text).some(({ language }) => language === 'console'));

let terminal: Console;
beforeAll(async () => {
  terminal = await createConsole();
});
afterAll(() => terminal.close());

describe('the commands that a page shows', () => {
  it.each(pages)('$path: print what it shows', async ({ path, text }) => {
    const commands = await terminal.runPage(text);
    for (const command of commands) {
      const { shown, printed, exitCode } = command;
      if (!isShown(command)) expect(printed, `"npm run docs -- --outputs ${path}"`).toBe(shown);
      const [, code] = /^ {2}See .*docs\/errors\/(\w+)\.md\.$/m.exec(printed) ?? [];
      const isFailed = code !== undefined && !command.text.startsWith('cat ');
      expect(exitCode).toBe(isFailed ? ERRORS[code as ErrorCode].exitCode : 0);
    }
  });
});
