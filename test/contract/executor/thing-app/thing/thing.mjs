import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** An application as a template may bring it: it looks what is there before it does anything. */
const [file] = process.argv.slice(2);
const { input, how } = JSON.parse(readFileSync(0, 'utf8'));
const digest = createHash('sha256').update(input.token).digest('hex');
const wanted = { size: process.env.SIZE, digest };

function thing() {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function isAsWanted(found) {
  return found?.size === wanted.size && found.digest === wanted.digest;
}

function tell({ id, size, password }) {
  console.log(JSON.stringify({ file, id, size: Number(size), password }));
}

export function create() {
  console.error(`creating ${file} for ${process.env.BIOTOPE_STEP_ID}`);
  if (!isAsWanted(thing())) {
    mkdirSync(dirname(file), { recursive: true });
    const made = { ...wanted, id: randomUUID(), password: randomUUID() };
    writeFileSync(file, JSON.stringify(made));
  }
  tell(thing());
}

export function adopt() {
  const found = thing();
  if (found?.id !== how.id) {
    console.error(`there is no ${how.id}`);
    process.exit(3);
  }
  if (!isAsWanted(found)) writeFileSync(file, JSON.stringify({ ...found, ...wanted }));
  tell(thing());
}

export function destroy() {
  rmSync(file, { force: true });
}

export function inspect() {
  const found = thing();
  if (found === undefined) process.exit(3);
  if (!isAsWanted(found)) {
    console.error('it has another size');
    process.exit(4);
  }
  tell(found);
}
