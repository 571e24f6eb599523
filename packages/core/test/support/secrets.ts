import { once } from "node:events";
import { createServer } from "node:http";

/** Answers GetSecretValue, as much of Secrets Manager as is needed to learn a password. */
export async function startSecrets(secrets: Map<string, object>) {
  let reads = 0;
  const server = createServer((request, response) => {
    void (async () => {
      const { SecretId } = JSON.parse(Buffer.concat(await request.toArray()).toString()) as {
        SecretId: string;
      };
      const secret = secrets.get(SecretId);
      reads += 1;
      response.writeHead(secret ? 200 : 400, { "content-type": "application/x-amz-json-1.1" });
      response.end(
        JSON.stringify(
          secret ? { SecretString: JSON.stringify(secret) } : { __type: "ResourceNotFoundException" },
        ),
      );
    })();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("A TCP server has a port.");
  return {
    url: `http://127.0.0.1:${address.port}`,
    reads: () => reads,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
