import type { Role } from '../../model/access.ts';
import type { Command, CommandType } from './commands.ts';

/**
 * What it takes to send a command. Operators do what can be done again or undone; admins what decides
 * for others: what is believed of a lost step, what nobody may destroy by mistake,
 * and what is told outside.
 */
export const COMMAND_ROLES: Readonly<Record<CommandType, Role>> = {
  'environment.create': 'operator',
  'environment.update': 'operator',
  'environment.extend': 'operator',
  'environment.destroy': 'operator',
  'run.cancel': 'operator',
  'run.retry': 'operator',
  'run.approve': 'admin',
  'run.resolve': 'admin',
  'environment.reconcile': 'operator',
  'action.run': 'operator',
  'webhook.replay': 'admin',
};

/** Of this very command: to take a protection off an environment is for admins. */
export function roleFor({ type, data }: Command): Role {
  const unprotects = 'protect' in data && data.protect === false;
  const lets = 'requireApproval' in data && data.requireApproval === false;
  return type === 'environment.update' && (unprotects || lets) ? 'admin' : COMMAND_ROLES[type];
}
