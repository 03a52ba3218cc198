import { count, DAY_MS, group, milliseconds } from './pieces.ts';

/** How the engine drives runs: alone, or with others on the same store. */
export const engine = group({
  runLeaseMs: milliseconds(
    15_000,
    'Silence after which another process on the same store may take a run, and the leadership.',
    1_000,
  ),
  tickMs: milliseconds(500, 'How often it is looked what others on the same store have done.', 10),
  orderResendMs: milliseconds(
    10_000,
    'After this long an order that nobody took is sent again.',
    100,
  ),
  claimLeaseMs: milliseconds(15_000, 'Silence after which a step counts as lost.', 1_000),
  runsActiveMax: count(200, 'Runs under way at once.'),
  inspectionsMax: count(5, 'Looks at an unknown outcome before a person is asked.', 1_000),
  lossesMax: count(5, 'Attempts at a step that may end with nobody knowing how.', 1_000),
  inboxKeepMs: milliseconds(7 * DAY_MS, 'How long command ids are remembered.', 60_000),
  retry: group({
    attemptsMax: count(3, 'Attempts at a step, the first included.', 100),
    initialDelayMs: milliseconds(1_000, 'Pause before the second attempt; pauses double.'),
    delayMaxMs: milliseconds(60_000, 'Longest pause between attempts.'),
  }),
});
