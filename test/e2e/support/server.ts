import { eventually, type Place, type Running } from './place.ts';

/** `biotope server --primary` over the data folder of a place. */
export interface ServerProcess {
  url: string;
  process: Running;
}

/** `listen`: HOST:PORT, to begin anew where another one was. */
export async function startServer(
  place: Place,
  { listen = '127.0.0.1:0' }: { listen?: string } = {},
): Promise<ServerProcess> {
  const args = ['server', '--primary', '--listen', listen, '--metrics-listen', '127.0.0.1:0'];
  const process = place.start(...args, '--data', place.dataFolder, '--json');
  let url: string | undefined;
  await eventually(() => {
    url = /"url":"(?<url>[^"]+)"/.exec(process.printed())?.groups?.url;
    if (process.child.exitCode === null) return url !== undefined;
    throw new Error(`the server ended: ${process.printed()}`);
  });
  return { url: url ?? '', process };
}
