import { arn, type Answer, hex, letters, physicalName, type Registration, text } from "../context.ts";

export type Answerer = (resource: Registration) => Answer;

/** Ids and ARNs of EC2's resources: `vpc-…`, `arn:aws:ec2:…:vpc/vpc-…`. */
export const ec2 =
  (
    prefix: string,
    kind: string,
    more: (resource: Registration) => Record<string, unknown> = () => ({}),
  ): Answerer =>
  (resource) => {
    const id = `${prefix}-0${hex(resource, 16)}`;
    return { id, attributes: { arn: arn(resource, "ec2", `${kind}/${id}`), ...more(resource) } };
  };

/** A resource whose id is its name and whose ARN ends with it. */
export const named =
  (service: string, kind: string, field = "name"): Answerer =>
  (resource) => {
    const name = physicalName(resource, field);
    return { id: name, attributes: { [field]: name, arn: arn(resource, service, `${kind}${name}`) } };
  };

/** A resource whose id is its ARN. */
export const byArn =
  (service: string, kind: string): Answerer =>
  (resource) => {
    const name = physicalName(resource);
    const value = arn(resource, service, `${kind}${name}`);
    return { id: value, attributes: { name, arn: value } };
  };

/** A resource that only ties others together and has nothing that a program could ask for but an id. */
export const plain =
  (prefix: string): Answerer =>
  (resource) => ({ id: `${prefix}-${letters(resource, 10)}` });

/** A resource that AWS knows by the name of the bucket, function or queue it configures. */
export const configures =
  (field: string): Answerer =>
  (resource) => ({ id: text(resource, field) });

export const global =
  (
    service: string,
    kind: string,
    id: (resource: Registration) => string,
    more: (resource: Registration) => Record<string, unknown> = () => ({}),
  ): Answerer =>
  (resource) => {
    const own = id(resource);
    return {
      id: own,
      attributes: { arn: `arn:aws:${service}::${resource.accountId}:${kind}${own}`, ...more(resource) },
    };
  };
