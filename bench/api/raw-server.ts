/** The least that Node.js can do: the same bytes for every request. Argument: the bytes. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { serveMeasured } from "./served.ts";

const body = Buffer.from(process.argv[2] ?? "");
const headers = { "content-type": "application/json", "content-length": body.length };
const server = createServer((_request, response) => response.writeHead(200, headers).end(body));
server.listen(0, "127.0.0.1", () => {
  serveMeasured(server.address() as AddressInfo);
});
