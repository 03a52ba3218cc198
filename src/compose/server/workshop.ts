import type { SentTemplate, Workshop } from '../../api/frame/workshop.ts';
import type { Config } from '../../config/schema.ts';
import { withPrivateFolder } from '../../platform/private-folder.ts';
import type { Store } from '../../store/store.ts';
import { dataPaths } from '../data-folder.ts';
import type { Publishing, PublishPlace } from '../publishing/publish.ts';
import type { Notify } from '../seat/notice.ts';

interface Foundation {
  config: Config;
  store: Store;
  notify: Notify;
}

/** What it needs is loaded when somebody asks for it. */
export function createWorkshop({ config, store, notify }: Foundation): Workshop {
  const paths = dataPaths(config.dataFolder);
  const place = { config, paths, store, storeWithShipped: store, notify };
  const publishing: Publishing = { ...place, writableStore: async () => store };
  return {
    publish: async (sent, signal) => {
      const { publishFrom, publishPlace } = await import('../publishing/publish.ts');
      const { upgrade, skipLock, source } = sent;
      const options = { upgrade, skipLock, signal };
      if (source !== undefined) return publishFrom(publishing, source, options);
      return withSent(sent, (folder) => publishPlace(publishing, folder, options));
    },
    check: async (sent, signal) => {
      const { checkPlace, checkSource, demandSound } = await import('../publishing/publish.ts');
      const check =
        sent.source === undefined
          ? await withSent(sent, (folder) => checkPlace(place, folder, signal))
          : await checkSource(place, sent.source, signal);
      const { template, bundle } = demandSound(check, sent.source ?? sent.label);
      return { template, digest: bundle.digest, unchecked: check.unchecked };
    },
  };
}

function withSent<T>(
  { files = [], label }: SentTemplate,
  work: (place: PublishPlace) => Promise<T>,
): Promise<T> {
  return withPrivateFolder(async (folder) => {
    const { writeSentFiles } = await import('../publishing/sent-files.ts');
    await writeSentFiles(folder, files);
    return work({ folder, label, source: null, commitOf: async () => null });
  });
}
