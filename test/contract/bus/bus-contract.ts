import { afterEach, beforeEach, describe } from 'vitest';
import type { Bus } from '../../../src/bus/bus.ts';
import { broadcastSuite } from './broadcast-suite.ts';
import type { BusUnderTest } from './bus-under-test.ts';
import { commandSuite } from './command-suite.ts';
import { orderSuite } from './order-suite.ts';
import { reportSuite } from './report-suite.ts';

/** What src/bus/bus.ts promises. `create` makes a bus that nobody else uses. */
export function describeBusContract(name: string, create: () => Promise<Bus>): void {
  describe(`the bus contract: ${name}`, () => {
    let bus: Bus;

    beforeEach(async () => {
      bus = await create();
    });

    afterEach(() => bus.close());

    const underTest: BusUnderTest = {
      get bus() {
        return bus;
      },
    };

    commandSuite(underTest);
    orderSuite(underTest);
    reportSuite(underTest);
    broadcastSuite(underTest);
  });
}
