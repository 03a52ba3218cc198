import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createPlace, type Place } from './support/place.ts';
import { switchedTemplate, templateHead, writeTemplate } from './support/templates.ts';

const SHIPPED = ['database', 'fleet', 'hello', 'large-graph', 'service-with-database'];

let place: Place;
beforeEach(() => {
  place = createPlace();
});
afterEach(() => place.leave());

describe('a command line that makes no sense', () => {
  it.each([
    ['an unknown command', ['environment', 'creat']],
    ['an unknown flag', ['environment', 'list', '--nope']],
    ['a missing argument', ['environment', 'show']],
    ['a missing flag', ['environment', 'create', 'x']],
    ['a bad value', ['run', 'list', '--limit', '0']],
    ['a bad option', ['environment', 'graph', 'x', '--format', 'png']],
    ['a bad duration', ['environment', 'create', 'x', '-t', 'hello', '--timeout', 'soon']],
    ['a bad parameter', ['environment', 'create', 'x', '-t', 'hello', '-p', 'replicas']],
    ['a plan of nothing', ['environment', 'plan', 'x']],
  ])('%s ends with 64', async (_, args) => {
    const { code, stderr, stdout } = await place.run(...args);
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
    expect(stderr).not.toBe('');
  });

  it('is one JSON document on stdout where JSON is asked for', async () => {
    const { code, document } = await place.json('environment', 'list', '--nope');
    expect(code).toBe(64);
    expect(document.error).toMatchObject({ code: 'USAGE', message: 'There is no option --nope.' });
  });

  it('is that document for a command that does not exist, too', async () => {
    const { code, document } = await place.json('nope');
    expect(code).toBe(64);
    expect(document.error.code).toBe('USAGE');
    expect(document.error.message).toContain('There is no command "nope".');
  });

  it('is a YAML document where YAML is asked for', async () => {
    const { code, stdout } = await place.run('nope', '-o', 'yaml');
    expect({ code, error: parse(stdout).error.code }).toEqual({ code: 64, error: 'USAGE' });
  });

  it('says which formats a command has, where there are no names to print', async () => {
    const { code, stderr } = await place.run('environment', 'show', 'x', '-o', 'name');
    expect(code).toBe(64);
    expect(stderr).toContain('--output takes table, json or yaml here: the answer of this command');
  });

  it.each([[['-h']], [['environment', '-h']], [['environment', 'list', '-h']]])(
    '%s is a question for help',
    async (args) => {
      const { code, stdout } = await place.run(...args);
      expect(code).toBe(0);
      expect(stdout).toContain('USAGE');
    },
  );
});

describe('settings', () => {
  it('are refused with every problem at once, each with its place', async () => {
    const file = place.write('biotope.yaml', 'log: { level: loud }\nenigne: {}\n');
    const { code, stderr } = await place.run('run', 'list', '--config', file);
    expect(code).toBe(64);
    expect(stderr).toContain('2 problems');
    expect(stderr).toContain('biotope.yaml:1: log.level');
    expect(stderr).toContain('did you mean engine?');
  });

  it('choose the data folder, and leave the default alone', async () => {
    const folder = join(import.meta.dirname, '../../templates/database');
    const { code } = await place.run('template', 'publish', folder, '--data', 'elsewhere');
    expect(code).toBe(0);
    expect(readdirSync(place.folder)).toEqual(['elsewhere']);
  });
});

describe('looking', () => {
  it('changes nothing: not even a data folder is made', async () => {
    for (const command of [
      ['environment', 'list'],
      ['run', 'list'],
    ]) {
      expect((await place.run(...command)).code).toBe(0);
    }
    expect(readdirSync(place.folder)).toEqual([]);
  });

  it('knows env as environment, its help included', async () => {
    const { stdout } = await place.run('env', '--help');
    expect(stdout).toContain('environment create');
    expect((await place.run('env', 'list')).code).toBe(0);
  });

  it.each([
    [['environment', 'show', 'x'], 'ENVIRONMENT_NOT_FOUND'],
    [['run', 'show', 'x'], 'RUN_NOT_FOUND'],
    [['run', 'list', '--environment', 'x'], 'ENVIRONMENT_NOT_FOUND'],
    [['template', 'show', 'helo'], 'TEMPLATE_NOT_FOUND'],
    [['environment', 'watch', 'x', '--once'], 'ENVIRONMENT_NOT_FOUND'],
  ])('%s says that there is none', async (args, errorCode) => {
    const { code, document } = await place.json(...args);
    expect(code).toBe(1);
    expect(document.error.code).toBe(errorCode);
    expect(document.error.documentation).toBe(`docs/errors/${errorCode}.md`);
  });

  it('publishes the templates that ship beside one that somebody published before', async () => {
    const folder = switchedTemplate(place);
    await place.run('template', 'publish', folder);
    const { stdout } = await place.run('template', 'list');
    expect(stdout).toContain('switched');
    expect(stdout).toContain('hello');
  });

  it('prints bare names, one a line, where names are asked for', async () => {
    expect((await place.run('template', 'list', '-o', 'name')).stdout).toBe(
      `${SHIPPED.map((name) => `${name}@1.0.0`).join('\n')}\n`,
    );
  });

  it('shows, finds and plans with the templates that ship, and makes nothing', async () => {
    const { document } = await place.json('template', 'list');
    expect(document.templates.map(({ name }: { name: string }) => name)).toEqual(SHIPPED);
    expect(document.templates[0].publishedAt).toBeNull();
    const { stdout } = await place.run('template', 'show', 'hello');
    expect(stdout).toContain('greeting');
    expect((await place.run('search', 'hello')).stdout).toContain('ships');
    const planned = await place.json('environment', 'plan', 'first', '-t', 'hello');
    expect(planned.document.summary.create).toBeGreaterThan(0);
    expect(readdirSync(place.folder)).toEqual([]);
  });
});

describe('a template', () => {
  it('with a typo is refused with file, line and a suggestion, and is not published', async () => {
    const folder = writeTemplate(place, 'typo', {
      'template.yaml': `${templateHead('typo')}resources:
  - id: a
    executor: consul-kv
    with: { prefix: x/a, entries: { url: "\${resources.b.outputs.prefx}" } }
  - id: b
    executor: consul-kv
    with: { prefix: x/b }
`,
    });
    const { code, stderr } = await place.run('template', 'validate', folder);
    expect(code).toBe(1);
    expect(stderr).toContain('template.yaml:7:');
    expect(stderr).toContain('prefx');
    expect(stderr).toContain('Did you mean');
    expect((await place.run('template', 'publish', folder)).code).toBe(1);
    const { document } = await place.json('template', 'validate', folder);
    expect(document.error.facts.problems[0]).toMatchObject({ file: 'template.yaml', line: 7 });
  });

  it('is published once under its version, and never changes', async () => {
    const folder = switchedTemplate(place);
    expect((await place.run('template', 'publish', folder)).stdout).toContain(
      'published switched@1.0.0',
    );
    expect((await place.run('template', 'publish', folder)).stdout).toContain('already');
    place.write('switched/app/more', 'other content');
    const { code, stderr } = await place.run('template', 'publish', folder);
    expect(code).toBe(1);
    expect(stderr).toContain('TEMPLATE_EXISTS');
  });

  it('that needs Terraform is refused before it runs where there is none, with advice', async () => {
    const without = createPlace({ BIOTOPE_TERRAFORM_BINARY: 'no-such-terraform' });
    try {
      const { code, stderr } = await without.run('environment', 'create', 'x', '-t', 'hello');
      expect(code).toBe(1);
      expect(stderr).toContain('TERRAFORM_MISSING');
      expect(stderr).toContain('Install Terraform');
      expect((await without.json('run', 'list')).document.runs).toEqual([]);
    } finally {
      await without.leave();
    }
  });
});

describe('an answer', () => {
  it('stands on stdout as it is, percent signs included', async () => {
    const folder = writeTemplate(place, 'percent', {
      'template.yaml': `${templateHead('percent')}resources:
  - id: only
    executor: consul-kv
    with: { prefix: p, entries: { a: 1 } }
outputs:
  id: "a%20b %s 100%%"
`,
    });
    await place.run('template', 'publish', folder);
    expect((await place.run('environment', 'create', 'p', '-t', 'percent')).code).toBe(0);
    const { stdout } = await place.run('environment', 'output', 'p', 'id');
    expect(stdout).toBe('a%20b %s 100%%\n');
    const { stderr } = await place.run('run', 'logs', 'p', 'nostep');
    expect(stderr).toContain('It has only.');
  });
});
