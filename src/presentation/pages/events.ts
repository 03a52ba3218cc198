import type { EventRecord } from '../../model/event.ts';
import type { Palette } from '../terminal/palette.ts';
import { printable } from '../terminal/table.ts';
import { fitWidth } from '../terminal/width.ts';

const DATA_WIDTH_MAX = 200;

/** `07:19:33.120  step.succeeded  web[0]  {"result":"created"}` */
export function eventLine(event: EventRecord, palette: Palette): string {
  const time = new Date(event.atMs).toISOString().slice(11, 23);
  const { environment: _, label, ...data } = event.data;
  const subject = typeof label === 'string' ? label : (event.address ?? '');
  const facts = Object.keys(data).length === 0 ? '' : JSON.stringify(data);
  const words = [palette.faint(time), palette.strong(event.type), subject];
  const shown = palette.faint(fitWidth(printable(facts), DATA_WIDTH_MAX));
  return [...words, ...(facts === '' ? [] : [shown])].filter((word) => word !== '').join('  ');
}
