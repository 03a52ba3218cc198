import type { Settlement, Subscription } from '../bus/bus.ts';
import type { Desk } from '../desk/desk.ts';
import { isBiotopeError } from '../model/errors.ts';
import type { EngineContext } from './context.ts';
import type { Intake } from './intake/intake.ts';

/** Takes commands and reports from the bus. Each is settled once it is recorded durably. */
export async function openWaysIn(
  context: EngineContext,
  { intake, desk }: { intake: Intake; desk: Desk },
): Promise<Subscription[]> {
  const { bus } = context;
  return [
    await bus.takeCommands((delivery) =>
      settle(context, 'a command', async () => (await intake.receive(delivery)).settlement),
    ),
    // A late one changes nothing; it is settled all the same.
    await bus.takeReports(({ claim, report }) =>
      settle(context, 'a report', async () => {
        await desk.report(claim, report);
        return 'done';
      }),
    ),
  ];
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
