import type { Settlement, Subscription } from '../bus/bus.ts';
import { isBiotopeError } from '../model/errors.ts';
import type { WorkerReport } from '../model/order.ts';
import type { EngineContext } from './context.ts';
import type { OrderDesk } from './desk/order-desk.ts';
import type { Intake } from './intake/intake.ts';

/** Takes commands and reports from the bus. Each is settled once it is recorded durably. */
export async function openWaysIn(
  context: EngineContext,
  { intake, orderDesk }: { intake: Intake; orderDesk: OrderDesk },
): Promise<Subscription[]> {
  const { bus } = context;
  return [
    await bus.takeCommands((delivery) =>
      settle(context, 'a command', async () => (await intake.receive(delivery)).settlement),
    ),
    await bus.takeReports((sent) =>
      settle(context, 'a report', () => takeReport(context, orderDesk, sent)),
    ),
  ];
}

/** A late one changes nothing; it is settled all the same. */
async function takeReport(
  { log }: EngineContext,
  { admit, desk }: OrderDesk,
  { claim, report, orderToken }: WorkerReport,
): Promise<Settlement> {
  const { runId, environment, address } = claim;
  const place = { run: runId, environment, step: address };
  const order = await admit(orderToken).catch(unlessUnknown);
  const isOwn = order?.runId === runId && order.address === address;
  if (!isOwn || order.environment !== environment) {
    log.warn(place, 'a report came without the token of its order');
    return { dead: 'UNAUTHENTICATED: the report does not show the token of its order' };
  }
  const answer = await desk.report(claim, report);
  log.debug({ ...place, outcome: report.kind }, `a report is ${answer}`);
  return 'done';
}

function unlessUnknown(error: unknown): undefined {
  if (!isBiotopeError(error, 'UNAUTHENTICATED')) throw error;
}

async function settle(
  { log }: EngineContext,
  what: string,
  record: () => Promise<Settlement>,
): Promise<Settlement> {
  try {
    return await record();
  } catch (error) {
    if (!isBiotopeError(error)) log.error({ err: error }, `${what} was not recorded`);
    return 'again';
  }
}
