import type { JsonObject } from '../../model/json.ts';
import type { Adoption } from '../adoption.ts';
import { refusedAdoption } from '../adoption-checks.ts';
import type { Applied } from '../executor.ts';
import type { PlannedChange } from '../planned.ts';
import { change } from './apply.ts';
import { HOW } from './import-addresses.ts';
import { demandDecided } from './in-flight.ts';
import { layOut } from './layout.ts';
import { planChanges } from './plan.ts';
import { type ResourceChange, refusalOf } from './planned-changes.ts';
import { nameOf } from './program/product.ts';
import { recoverState } from './recover.ts';
import { lockTimeout } from './remote-state.ts';
import type { Session } from './session.ts';
import { outputsOf, partsOf, type State } from './state.ts';
import { shortAddress, stackAddress } from './stream.ts';
import { writeImports } from './work-folder.ts';

/**
 * Imports what is named, by import blocks beside the configuration. It is planned first, and exactly
 * that plan is applied: nothing of what was named is made, nothing at all is replaced or destroyed.
 */
export async function adopt(session: Session, { how }: Adoption): Promise<Applied> {
  const state = await recoverState(session);
  demandDecided(session, state);
  const imports = importsOf(session, state, how);
  const ready = await layOut(session, 'desired');
  writeImports(session.folder, imports);
  const { resources, changes } = await planChanges(session, ready);
  refuseUnfit(session, { resources, changes, state, imports });
  tell(session, changes);
  const record = { ...ready.record, adopted: { ...session.record?.adopted, ...imports } };
  const args = ['apply', '-json', '-input=false', lockTimeout(session), session.folder.planFile];
  const changed = await change(session, { ...ready, record }, { what: 'apply', args });
  return { ...changed.left, outputs: outputsOf(changed.state, record.outputs) };
}

/** What an adoption would do, what it would refuse included. */
export async function planAdoption(session: Session, { how }: Adoption): Promise<PlannedChange[]> {
  const imports = importsOf(session, await recoverState(session), how);
  const ready = await layOut(session, 'desired');
  writeImports(session.folder, imports);
  return (await planChanges(session, ready)).changes;
}

type Imports = Readonly<Record<string, string>>;

/** By their addresses in the stack. What an earlier attempt imported has to be the same thing. */
function importsOf(session: Session, state: State | undefined, how: JsonObject): Imports {
  const imports = Object.entries(HOW.parse(how)).map(
    ([address, id]) => [stackAddress(address), id] as const,
  );
  const known = session.record?.adopted ?? {};
  const taken = new Set(partsOf(state).map(({ address }) => address));
  for (const [address, id] of imports) {
    const before = Object.hasOwn(known, address) ? known[address] : undefined;
    if (before === undefined || before === id || !taken.has(address)) continue;
    throw refusedAdoption(
      `${shortAddress(address)} is adopted already, by an earlier attempt and as ${before}: name ` +
        'that one, or leave it out.',
      { address: shortAddress(address) },
    );
  }
  return Object.fromEntries(imports);
}

interface Plan {
  resources: ResourceChange[];
  changes: PlannedChange[];
  state: State | undefined;
  imports: Imports;
}

function refuseUnfit(session: Session, { resources, changes, state, imports }: Plan): void {
  const known = new Set(partsOf(state).map(({ address }) => address));
  const unfit = resources.flatMap((resource) => {
    const why = refusalOf(resource, {
      isNamed: Object.hasOwn(imports, resource.address),
      isKnown: known.has(resource.address),
    });
    return why === undefined ? [] : [{ subject: shortAddress(resource.address), why }];
  });
  const [first] = unfit;
  if (first === undefined) return;
  const subjects = new Set(unfit.map(({ subject }) => subject));
  const detail = changes
    .filter(({ subject }) => subjects.has(subject))
    .flatMap(({ subject, action, lines }) => [`${action} ${subject}`, ...lines]);
  throw refusedAdoption(
    `${nameOf(session)} would ${first.why} ${unfit.map(({ subject }) => subject).join(', ')}. ` +
      'Make the module or its variables say what is there.',
    { addresses: [...subjects] },
    detail.join('\n'),
  );
}

function tell({ context }: Session, changes: readonly PlannedChange[]): void {
  for (const { subject, action, lines } of changes) {
    if (action === 'read') continue;
    context.log(`${subject}: to ${action}`);
    for (const line of lines) context.log(`  ${line}`);
  }
}
