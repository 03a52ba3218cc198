export interface ShownSchedule {
  schedule: string;
  timeZone?: string | undefined;
  heal?: boolean | null | undefined;
}

/** `0 3 * * * Europe/Berlin, healed` */
export function scheduleText({ schedule, timeZone = 'UTC', heal = null }: ShownSchedule): string {
  const healing = heal === null ? '' : heal ? ', healed' : ', looked at';
  return `${schedule} ${timeZone}${healing}`;
}
