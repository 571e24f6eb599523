/// <reference path="../../.sst/platform/config.d.ts" />
import { alarmOnQueue } from "../alarm";
import { deadLetters } from "../dead-letters";

alarmOnQueue("DeadLetters", deadLetters.nodes.queue);
