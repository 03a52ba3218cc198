import { Cron } from 'croner';

/**
 * When a cron expression has its turns. Five fields: minute, hour, day of the month, month, day of the
 * week. Where a day of the month and one of the week are given, either will do, as in cron.
 */
export interface Turns {
  /** The last one at this time or before it; null: there was none within four years. */
  lastAt(atMs: number): number | null;
  /** The first one after this time; null: there is none. */
  nextAfter(atMs: number): number | null;
}

export interface Timetable {
  schedule: string;
  /** IANA name, such as Europe/Berlin. */
  timeZone: string;
}

const LOOKBACK_MS = 4 * 366 * 24 * 3_600_000;

/** Throws a RangeError or TypeError for what `timetableFault` finds. */
export function turnsOf({ schedule, timeZone }: Timetable): Turns {
  const cron = new Cron(schedule, { timezone: timeZone, mode: '5-part', paused: true });
  return {
    lastAt(atMs) {
      // Only what lies before a moment is found.
      const [last] = cron.previousRuns(1, new Date(atMs + 1));
      if (last === undefined || last.getTime() < atMs - LOOKBACK_MS) return null;
      return last.getTime();
    },
    nextAfter: (atMs) => cron.nextRun(new Date(atMs))?.getTime() ?? null,
  };
}

/** What is wrong with it, for a person; null: nothing. */
export function timetableFault({ schedule, timeZone }: Timetable): string | null {
  if (!isTimeZone(timeZone)) {
    return `there is no time zone ${JSON.stringify(timeZone)}: name one such as Europe/Berlin or UTC`;
  }
  try {
    return turnsOf({ schedule, timeZone }).nextAfter(0) === null
      ? `${JSON.stringify(schedule)} has no turn: there is no such day`
      : null;
  } catch {
    return (
      `${JSON.stringify(schedule)} is no cron expression: write minute, hour, day of the month, month ` +
      'and day of the week, such as "0 */6 * * *"'
    );
  }
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
