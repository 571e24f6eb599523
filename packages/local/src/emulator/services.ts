import type { JsonService } from "../aws/service.ts";
import type { Queues } from "./queues.ts";
import type { S3 } from "./s3/s3.ts";
import type { Secrets } from "./secrets/secrets.ts";
import type { Sns } from "./sns/sns.ts";
import type { FunctionHost } from "./function/host.ts";
import type { Tasks } from "./task/tasks.ts";
import type { Names } from "../runner/names.ts";

/** What stand-ins offer each other. */
export interface ServiceTypes {
  names: Names;
  secrets: Secrets;
  s3: S3;
  sns: Sns;
  queues: Queues;
  functions: FunctionHost;
  tasks: Tasks;
  states: { readonly service: JsonService };
}

export interface Services {
  provide<Name extends keyof ServiceTypes>(name: Name, service: ServiceTypes[Name]): void;
  /** The service, or an error that names what is missing: a stand-in was started before one that it needs. */
  get<Name extends keyof ServiceTypes>(name: Name): ServiceTypes[Name];
  /** The service, where the app declares something that it stands in for. */
  find<Name extends keyof ServiceTypes>(name: Name): ServiceTypes[Name] | undefined;
}

export function createServices(): Services {
  const services: Partial<ServiceTypes> = {};
  return {
    provide(name, service) {
      services[name] = service;
    },
    get(name) {
      const service = services[name];
      if (!service) throw new Error(`The stand-in for "${name}" is not running yet.`);
      return service;
    },
    find: (name) => services[name],
  };
}
