export const REGION = "eu-west-1";
export const ACCOUNT_ID = "000000000000";

/** Where AWS is, and who may do everything there. */
export interface AwsPlace {
  readonly url: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}
