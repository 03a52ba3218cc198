import type { Bus } from '../bus.ts';
import { createConsumer } from './consumer.ts';
import type { Parts } from './parts.ts';
import { settle } from './settling.ts';
import { declareDead, declareReports } from './topology.ts';
import { notUnderstood, readReport, reportId, writeReport } from './wire.ts';

/** Reports come to one queue, from which any server takes them. */
export function reportWay(parts: Parts): Pick<Bus, 'sendReport' | 'takeReports'> {
  const { names, publisher, deadLetters, base, prefetch, follow } = parts;
  const settling = { ...base, deadLetters, queue: names.reports };
  return {
    sendReport: (report) =>
      publisher.publish({
        exchange: names.reports,
        routingKey: names.reports,
        body: writeReport(report),
        messageId: reportId(report),
        isMandatory: true,
      }),
    takeReports: (handle) =>
      follow(
        createConsumer({
          ...base,
          name: 'reports',
          prefetch,
          declare: async (channel) => {
            await declareDead(channel, names);
            await declareReports(channel, names);
            return names.reports;
          },
          handle: (delivery) => {
            const found = readReport(delivery.message);
            return settle(settling, delivery, async () =>
              'fault' in found ? { dead: notUnderstood(found) } : handle(found.value),
            );
          },
        }),
      ),
  };
}
