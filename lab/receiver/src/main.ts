import { Receiver } from './receiver.ts';
import { serveReceiver } from './receiver-server.ts';

const PORT = 8080;

const server = await serveReceiver(PORT, new Receiver(() => Date.now()));
process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), message: 'listening', port: PORT })}\n`);
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    server.close();
    server.closeAllConnections();
  });
}
