import { listed, MILLION, type Price, remembered } from "./price.ts";

const COMPUTE = {
  "fargate.ARM64.vcpuHour": listed(
    "vCPU-hour",
    [0.04045, 0.03238],
    "fargate",
    "Fargate-ARM-vCPU-Hours:perCPU",
  ),
  "fargate.ARM64.gbHour": listed("GB-hour", [0.00442, 0.00356], "fargate", "Fargate-ARM-GB-Hours"),
  "fargate.X86_64.vcpuHour": listed("vCPU-hour", [0.05056, 0.04048], "fargate", "Fargate-vCPU-Hours:perCPU"),
  "fargate.X86_64.gbHour": listed("GB-hour", [0.00553, 0.004445], "fargate", "Fargate-GB-Hours"),
  fargateDiskGbHour: listed("GB-hour", [0.000133, 0.000111], "fargate", "Fargate-EphemeralStorage-GB-Hours"),
  "lambda.arm64.gbSecond": listed(
    "GB-second",
    [0.0000133334, 0.0000133334],
    "lambda",
    "Lambda-GB-Second-ARM",
  ),
  "lambda.x86_64.gbSecond": listed("GB-second", [0.0000166667, 0.0000166667], "lambda", "Lambda-GB-Second"),
  lambdaRequest: listed("request", [0.2, 0.2], "lambda", "Request", MILLION),
  stateTransition: listed("transition", [0.025, 0.025], "step-functions", "StateTransition", 1000),
};

const STORAGE = {
  efsReadGb: listed("GB", [0.04, 0.03], "efs", "ETDataAccess-Bytes (Read)"),
  efsWriteGb: listed("GB", [0.07, 0.06], "efs", "ETDataAccess-Bytes (Write)"),
  s3Gb: listed("GB", [0.025, 0.023], "s3", "TimedStorage-ByteHrs"),
  s3Put: listed("request", [0.0047, 0.005], "s3", "Requests-Tier1", 1000),
  s3Get: listed("request", [0.00037, 0.0004], "s3", "Requests-Tier2", 1000),
};

/** What the same work costs where AWS does it: basic tier, AVC, up to 30 frames a second, for each minute of each output. */
const MEDIACONVERT = {
  "mediaConvert.hdMinute": remembered(
    "minute",
    [0.017, 0.015],
    "mediaconvert",
    "VideoTranscode-AVC-HD-Basic",
  ),
  "mediaConvert.sdMinute": remembered(
    "minute",
    [0.0085, 0.0075],
    "mediaconvert",
    "VideoTranscode-AVC-SD-Basic",
  ),
  "mediaConvert.audioMinute": remembered("minute", [0.0034, 0.003], "mediaconvert", "AudioTranscode"),
};

/** What turning a source into streams is paid by. */
export const WORK_PRICES = {
  ...COMPUTE,
  ...STORAGE,
  ...MEDIACONVERT,
} satisfies Record<string, Price>;
