import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPlace, type Place } from './support/place.ts';

let place: Place;
beforeEach(() => {
  place = createPlace();
});
afterEach(() => place.leave());

const KINDS = ['terraform', 'consul-kv', 'vault-secret', 'command'];

describe('a new template', () => {
  it.each([...KINDS.map((kind) => [kind]), KINDS])(
    'of %s %s %s %s runs at once',
    async (...kinds) => {
      const flags = kinds.flatMap((kind) => (kind === undefined ? [] : ['--kind', kind]));
      const made = await place.json('template', 'new', 'shop', ...flags);
      expect(made.document).toMatchObject({ name: 'shop', folder: join(place.folder, 'shop') });
      expect(made.document.files).toContain('template.yaml');

      const validated = await place.json('template', 'validate', './shop');
      expect(validated.document).toMatchObject({ valid: true, resources: flags.length / 2 });

      const [publish, create] = made.document.next.map((line: string) => words(line));
      expect((await place.run(...publish)).code).toBe(0);
      const created = await place.json(...create);
      expect(created.document.environment).toMatchObject({ name: 'my-shop', status: 'ok' });
      const isProgram = kinds.includes('command');
      const file = join(place.folder, 'my-shop-files', 'my-shop-app.txt');
      expect(existsSync(file)).toBe(isProgram);

      const destroyed = await place.run('environment', 'destroy', 'my-shop', '--yes');
      expect(destroyed.code).toBe(0);
      expect(existsSync(file)).toBe(false);
    },
  );

  /** As a shell reads the line in a home of its own. */
  function words(line: string): string[] {
    const plain = line.replace('$HOME', place.folder).replaceAll('"', '');
    return plain.split(' ').slice(1);
  }

  it('takes the place of nothing, and is not made of what nobody said', async () => {
    place.write('shop', 'mine');
    const occupied = await place.run('template', 'new', 'shop', '--kind', 'terraform');
    expect(occupied.code).toBe(64);
    expect(occupied.stderr).toContain('There is something at');
    const unsaid = await place.run('template', 'new', 'other');
    expect(unsaid.code).toBe(64);
    expect(unsaid.stderr).toContain('--kind');
    expect(readdirSync(place.folder)).toEqual(['shop']);
  });
});
