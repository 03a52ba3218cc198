import { roleFor } from '../../bus/messages/command-roles.ts';
import type { Command } from '../../bus/messages/commands.ts';
import { mayActAs, maySeeTags, type Principal, type Role } from '../../model/access.ts';
import { BiotopeError } from '../../model/errors.ts';
import { noEnvironment, noRun } from '../../model/not-there.ts';
import type { Store } from '../../store/store.ts';
import { createSight, type Sight } from './sight.ts';

/** Rejects with FORBIDDEN. */
export function demandRole({ role, name }: Principal, needed: Role): void {
  if (mayActAs(role, needed)) return;
  throw new BiotopeError('FORBIDDEN', {
    message: `This needs the role ${needed}; ${name} has the role ${role}.`,
    facts: { needed, role },
  });
}

/**
 * Whether somebody may send a command, or ask what it would do: by their role, and where they are limited
 * to environments with certain tags by what it touches. What they do not see is answered as if it were
 * not there. What is malformed passes: intake refuses it.
 */
export async function demandCommand(
  store: Store,
  principal: Principal,
  command: Command,
): Promise<void> {
  demandRole(principal, roleFor(command));
  if (principal.tags === null) return;
  const { data } = command as { data: { [name: string]: unknown } };
  const sight = createSight(store, principal.tags);
  if (command.type === 'environment.create') await demandNew(store, sight, principal, data);
  else await demandSeen(store, sight, data);
  if (command.type === 'environment.update' && Array.isArray(data.tags)) {
    demandOwnTag(principal, data.tags);
  }
}

/** For what concerns all environments. Rejects with FORBIDDEN who is limited to some. */
export function demandAll({ tags }: Principal): void {
  if (tags !== null) throw notForLimited();
}

async function demandSeen(store: Store, sight: Sight, data: { [name: string]: unknown }) {
  const { run, name, environment = name } = data;
  if (typeof run === 'string') {
    const found = await store.get('runs', run);
    if (found === undefined || !(await sight.sees(found.value.environment))) throw noRun(run);
  } else if (typeof environment === 'string') {
    if (!(await sight.sees(environment))) throw noEnvironment(environment);
  } else throw notForLimited();
}

async function demandNew(
  store: Store,
  sight: Sight,
  principal: Principal,
  { name, tags }: { [name: string]: unknown },
): Promise<void> {
  demandOwnTag(principal, Array.isArray(tags) ? tags : []);
  if (typeof name !== 'string' || (await sight.sees(name))) return;
  const where = { environment: name };
  const [run] = await store.find('runs', { where, limit: 1 });
  const isTaken = run !== undefined || (await store.get('environments', name)) !== undefined;
  if (!isTaken) return;
  // Names are for all: that one is taken cannot be hidden, and its history is not to be taken over.
  throw new BiotopeError('FORBIDDEN', {
    message: `The name ${name} is taken, or was, by somebody else: choose another one.`,
  });
}

function demandOwnTag(principal: Principal, tags: readonly unknown[]): void {
  const texts = tags.filter((tag) => typeof tag === 'string');
  if (maySeeTags(principal, texts)) return;
  throw new BiotopeError('FORBIDDEN', {
    message:
      `${principal.name} is limited to environments with one of the tags ` +
      `${principal.tags?.join(', ')}: the environment has to have one of them.`,
    facts: { tags: principal.tags },
  });
}

function notForLimited(): BiotopeError {
  return new BiotopeError('FORBIDDEN', {
    message: 'Who is limited to environments with certain tags may do nothing that concerns all.',
  });
}
