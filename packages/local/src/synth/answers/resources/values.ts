import { type Answer, hex, letters, type Registration, stableBytes } from "../context.ts";
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
    attributes: { isDone: true },
  }),
};

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
