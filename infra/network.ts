/** The network, whole: its addresses and routes, the ways to AWS, who may talk to whom, and the log of who did. */
import "./flow-log";

export { groups } from "./security-groups";
export { natGateways, subnets, vpc } from "./vpc";
