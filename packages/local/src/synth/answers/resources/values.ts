import { type Answer, hex, letters, type Registration, stableBytes, text } from "../context.ts";
import { type Answerer } from "./builders.ts";

/** What a program makes up, and providers that call the command line instead of a cloud. */
export const VALUES: Readonly<Record<string, Answerer>> = {
  "random:index/randomPassword:RandomPassword": randomPassword,
  "random:index/randomId:RandomId": (id) => ({ id: hex(id, 16), attributes: { hex: hex(id, 16) } }),
  "random:index/randomBytes:RandomBytes": (bytes) => {
    const value = stableBytes(bytes, "bytes", bytes.inputs.length as number);
    return {
      id: value.toString("base64"),
      attributes: { base64: value.toString("base64"), hex: value.toString("hex") },
    };
  },
  // SST's own providers.
  "pulumi-nodejs:dynamic:Resource": (resource) => ({
    id: letters(resource, 12),
    attributes: {
      isDone: true,
      ...(resource.name.endsWith(".HostedZoneLookup") && {
        zoneId: zoneOf(text(resource, "domain"), resource),
      }),
    },
  }),
};

/** The zone that a name is found in: one for all names, as if the account had only that one. */
function zoneOf(domain: string, resource: Registration): string {
  const apex = domain.split(".").slice(-2).join(".");
  return `Z${letters({ ...resource, urn: `zone ${apex}` }, 19).toUpperCase()}`;
}

const ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

function randomPassword(password: Registration): Answer {
  const special =
    password.inputs.special === false
      ? ""
      : ((password.inputs.overrideSpecial as string | undefined) ?? "!@#$%&*()-_=+[]{}<>:?");
  return {
    id: "none",
    attributes: { result: letters(password, password.inputs.length as number, ALPHANUMERIC + special) },
  };
}
