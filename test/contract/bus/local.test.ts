import { createLocalBus } from '../../../src/bus/local/local-bus.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { describeBusContract } from './bus-contract.ts';

describeBusContract('local', async () => createLocalBus({ clock: systemClock }));
