import { once } from 'node:events';
import { createServer, connect as dial, type Socket } from 'node:net';

/** A line to a server that breaks when it is told to. */
export interface CuttingProxy {
  port: number;
  /** Of each connection from now on, this many bytes of the server's come through; null: all. */
  bytesMax: number | null;
  /** Connections that were broken. */
  cuts: number;
  /** Breaks all connections there are. */
  cut(): void;
  close(): Promise<void>;
}

export async function openCuttingProxy(target: { port: number }): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((inner) => {
    const outer = dial(target.port, '127.0.0.1');
    let passed = 0;
    const end = () => {
      inner.destroy();
      outer.destroy();
    };
    for (const socket of [inner, outer]) {
      sockets.add(socket);
      socket.on('error', end);
      socket.on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    inner.pipe(outer);
    outer.on('data', (chunk) => {
      passed += chunk.length;
      if (proxy.bytesMax !== null && passed > proxy.bytesMax) {
        proxy.cuts += 1;
        end();
      } else inner.write(chunk);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const proxy: CuttingProxy = {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    bytesMax: null,
    cuts: 0,
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
  return proxy;
}
