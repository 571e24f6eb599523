import { arn, type Answer, hex, letters, physicalName, type Registration, text, uuid } from "../context.ts";
import { type Answerer, global, plain } from "./builders.ts";

/** APIs, distributions and names. */
export const EDGE: Readonly<Record<string, Answerer>> = {
  "aws:apigateway/account:Account": () => ({ id: "api-gateway-account" }),
  "aws:apigateway/restApi:RestApi": restApi,
  "aws:apigateway/resource:Resource": (resource) => ({ id: letters(resource, 6) }),
  "aws:apigateway/method:Method": plain("agm"),
  "aws:apigateway/methodResponse:MethodResponse": plain("agmr"),
  "aws:apigateway/methodSettings:MethodSettings": plain("agms"),
  "aws:apigateway/integration:Integration": plain("agi"),
  "aws:apigateway/integrationResponse:IntegrationResponse": plain("agir"),
  "aws:apigateway/response:Response": plain("aggr"),
  "aws:apigateway/deployment:Deployment": (deployment) => ({ id: letters(deployment, 6) }),
  "aws:apigateway/stage:Stage": stage,
  "aws:cloudfront/distribution:Distribution": distribution,
  "aws:cloudfront/function:Function": global("cloudfront", "function/", physicalName, (fn) => ({
    etag: `E${letters(fn, 13).toUpperCase()}`,
  })),
  "aws:cloudfront/keyValueStore:KeyValueStore": global("cloudfront", "key-value-store/", uuid),
  "aws:cloudfront/cachePolicy:CachePolicy": (policy) => ({ id: uuid(policy) }),
  "aws:cloudfront/originAccessControl:OriginAccessControl": (control) => ({
    id: `E${letters(control, 13).toUpperCase()}`,
  }),
  "aws:acm/certificate:Certificate": certificate,
  "aws:acm/certificateValidation:CertificateValidation": (validation) => ({
    id: uuid(validation),
    attributes: { certificateArn: validation.inputs.certificateArn },
  }),
  "aws:route53/record:Record": plain("record"),
};

function restApi(api: Registration): Answer {
  const id = letters(api, 10);
  return {
    id,
    attributes: {
      arn: `arn:aws:apigateway:${api.region}::/restapis/${id}`,
      rootResourceId: letters({ ...api, urn: `${api.urn}/` }, 10),
      executionArn: arn(api, "execute-api", id),
    },
  };
}

function stage(resource: Registration): Answer {
  const api = text(resource, "restApi");
  const name = text(resource, "stageName");
  return {
    id: `ags-${api}-${name}`,
    attributes: {
      arn: `arn:aws:apigateway:${resource.region}::/restapis/${api}/stages/${name}`,
      executionArn: arn(resource, "execute-api", `${api}/${name}`),
      invokeUrl: `https://${api}.execute-api.${resource.region}.amazonaws.com/${name}`,
    },
  };
}

/** Each name is proven by a record of its own in the name's zone. */
function certificate(resource: Registration): Answer {
  const value = arn(resource, "acm", `certificate/${uuid(resource)}`);
  const names = [
    text(resource, "domainName"),
    ...((resource.inputs.subjectAlternativeNames ?? []) as string[]),
  ];
  const domainValidationOptions = names.map((domainName) => {
    const mark = (purpose: string) =>
      hex({ ...resource, urn: `${resource.urn}#${domainName}${purpose}` }, 32);
    return {
      domainName,
      resourceRecordName: `_${mark("name")}.${domainName}.`,
      resourceRecordType: "CNAME",
      resourceRecordValue: `_${mark("value")}.acm-validations.aws.`,
    };
  });
  return { id: value, attributes: { arn: value, domainValidationOptions } };
}

function distribution(resource: Registration): Answer {
  const id = `E${letters(resource, 13).toUpperCase()}`;
  return {
    id,
    attributes: {
      arn: `arn:aws:cloudfront::${resource.accountId}:distribution/${id}`,
      domainName: `d${letters(resource, 13)}.cloudfront.net`,
      hostedZoneId: "Z2FDTNDATAQYW2",
      etag: `E${letters({ ...resource, urn: `${resource.urn}#etag` }, 13).toUpperCase()}`,
    },
  };
}
