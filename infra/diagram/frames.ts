import { ofType } from "../../packages/local/src/synth/graph.ts";
import { HINTS } from "./hints.ts";
import type { Index } from "./index.ts";
import type { Frame } from "./picture.ts";
import { type Tier, tierId } from "./places.ts";

const TITLES: Readonly<Record<Tier, string>> = {
  public: "Public subnets",
  private: "Private subnets",
  isolated: "Isolated subnets",
};
/** What computes is drawn in groups: those of one security group may all do the same. */
const COMPUTE_COLUMN = 3;

/** The VPC, its tiers of subnets, and the security groups of what computes in them. */
export function framesOf(index: Index): Frame[] {
  return [...vpcs(index), ...tiers(index), ...groups(index)];
}

/** The innermost frame that a drawn resource is in. */
export function frameOf({ attachments, places, byUrn }: Index, urn: string): string | undefined {
  const { subnets, securityGroups } = attachments.get(urn) ?? { subnets: [], securityGroups: [] };
  const place = places.get(subnets[0] ?? "");
  if (!place) return undefined;
  const [group] = securityGroups;
  const isCompute = HINTS[byUrn.get(urn)?.type ?? ""]?.column === COMPUTE_COLUMN;
  return isCompute && group ? group : tierId(place);
}

function vpcs({ graph, places }: Index): Frame[] {
  return ofType(graph, "aws:ec2/vpc:Vpc").map(({ id = "", inputs }) => ({
    id,
    kind: "vpc",
    title: `VPC ${String(inputs.cidrBlock)} in zones ${zonesIn(id, places).join(" and ")}`,
    note: gatewayEndpoints(graph),
    frame: undefined,
  }));
}

function zonesIn(vpc: string, places: Index["places"]): string[] {
  return [
    ...new Set([...places.values()].filter((place) => place.vpc === vpc).map(({ zone }) => zone)),
  ].sort();
}

/** Gateway endpoints are routes: they have no place of their own. */
function gatewayEndpoints(graph: Index["graph"]): string {
  const services = ofType(graph, "aws:ec2/vpcEndpoint:VpcEndpoint")
    .filter(({ inputs }) => inputs.vpcEndpointType === "Gateway")
    .map(({ inputs }) => String(inputs.serviceName).split(".").at(-1) ?? "");
  const names = services
    .sort()
    .map((service) => (service === "s3" ? "S3" : service === "dynamodb" ? "DynamoDB" : service));
  return names.length > 0 ? `gateways to ${names.join(" and ")}` : "";
}

function tiers({ places }: Index): Frame[] {
  return [...Map.groupBy(places.values(), tierId)].flatMap(([id, subnets]): Frame[] => {
    const [first] = subnets;
    if (!first) return [];
    return [
      {
        id,
        kind: first.tier,
        title: TITLES[first.tier],
        note: "",
        frame: first.vpc,
      },
    ];
  });
}

function groups(index: Index): Frame[] {
  const { graph, drawn, attachments, places } = index;
  const used = new Map(drawn.map(({ urn }) => [frameOf(index, urn), attachments.get(urn)?.subnets[0] ?? ""]));
  return ofType(graph, "aws:ec2/securityGroup:SecurityGroup").flatMap(({ id = "", inputs }): Frame[] => {
    const place = places.get(used.get(id) ?? "");
    if (!place) return [];
    return [{ id, kind: "group", title: String(inputs.description), note: "", frame: tierId(place) }];
  });
}
