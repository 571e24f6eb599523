/** Every kind of state in one machine, with something in it that is different each time it is computed. */
export const NAME = "survivor-1";
export const INPUT = { items: [3, 1, 4, 1, 5, 9] };

const PATIENT = [
  { ErrorEquals: ["Lambda.SdkClientException"], IntervalSeconds: 0, MaxAttempts: 10_000, BackoffRate: 1 },
];
const fn = (name: string) => `arn:aws:lambda:us-east-1:111111111111:function:${name}`;

const task = (key: string, value: string, next: object, more: object = {}) => ({
  Type: "Task",
  Resource: fn("double"),
  Arguments: { key, value },
  Retry: PATIENT,
  ...more,
  ...next,
});

export const DEFINITION = {
  QueryLanguage: "JSONata",
  StartAt: "Begin",
  TimeoutSeconds: 600,
  States: {
    Begin: { Type: "Pass", Assign: { id: "{% $uuid() %}", round: 0 }, Next: "Each" },
    Each: {
      Type: "Map",
      Items: "{% $states.input.items %}",
      MaxConcurrency: 3,
      ItemSelector: {
        index: "{% $states.context.Map.Item.Index %}",
        value: "{% $states.context.Map.Item.Value %}",
        chance: "{% $random() %}",
      },
      ItemProcessor: {
        ProcessorConfig: { Mode: "INLINE" },
        StartAt: "First",
        States: {
          First: task(
            "{% 'first-' & $states.input.index %}",
            "{% $states.input.value %}",
            { Next: "Pause" },
            {
              Output: {
                index: "{% $states.input.index %}",
                doubled: "{% $states.result.doubled %}",
                id: "{% $id %}",
                chance: "{% $states.input.chance %}",
              },
              Assign: { chance: "{% $states.input.chance %}" },
            },
          ),
          Pause: { Type: "Wait", Seconds: 0, Next: "Second" },
          Second: task(
            "{% 'second-' & $states.input.index %}",
            "{% $states.input.doubled %}",
            { End: true },
            {
              Output: {
                doubled: "{% $states.result.doubled %}",
                sameId: "{% $states.input.id = $id %}",
                sameChance: "{% $states.input.chance = $chance %}",
              },
            },
          ),
        },
      },
      Next: "Both",
    },
    Both: {
      Type: "Parallel",
      Branches: [
        {
          StartAt: "Refuse",
          States: {
            Refuse: {
              ...task("refused", "{% 1 %}", { Next: "Never" }),
              Resource: fn("refuse"),
              Retry: [
                ...PATIENT,
                { ErrorEquals: ["Refused"], IntervalSeconds: 0, MaxAttempts: 2, BackoffRate: 1 },
              ],
              Catch: [
                { ErrorEquals: ["Refused"], Output: "{% $states.errorOutput.Error %}", Next: "Refused" },
              ],
            },
            Never: { Type: "Fail", Error: "Never" },
            Refused: { Type: "Succeed" },
          },
        },
        {
          StartAt: "Sleep",
          States: {
            Sleep: { Type: "Wait", Timestamp: "{% $fromMillis($millis() + 300) %}", Next: "Slept" },
            Slept: { Type: "Pass", Output: "slept", End: true },
          },
        },
        {
          StartAt: "Inner",
          States: {
            Inner: {
              Type: "Map",
              Items: [1, 2, 3, 4],
              ItemProcessor: {
                StartAt: "Deep",
                States: {
                  Deep: task(
                    "{% 'deep-' & $states.input %}",
                    "{% $states.input %}",
                    { End: true },
                    { Output: "{% $states.result.doubled %}" },
                  ),
                },
              },
              End: true,
            },
          },
        },
      ],
      Output: { each: "{% $states.input %}", both: "{% $states.result %}" },
      Next: "Round",
    },
    Round: task(
      "{% 'round-' & $round %}",
      "{% $round %}",
      { Next: "Enough" },
      { Output: "{% $states.input %}", Assign: { round: "{% $round + 1 %}" } },
    ),
    Enough: { Type: "Choice", Choices: [{ Condition: "{% $round < 4 %}", Next: "Round" }], Default: "Done" },
    Done: { Type: "Succeed", Output: { result: "{% $states.input %}", rounds: "{% $round %}" } },
  },
};

/** What the machine gives, worked out by hand. */
export const EXPECTED = {
  result: {
    each: [12, 4, 16, 4, 20, 36].map((doubled) => ({ doubled, sameId: true, sameChance: true })),
    both: ["Refused", "slept", [2, 4, 6, 8]],
  },
  rounds: 4,
};

/** The tasks that succeed, each of them once. */
export const KEYS = [
  ...INPUT.items.flatMap((_item, index) => [`first-${index}`, `second-${index}`]),
  ...[1, 2, 3, 4].map((item) => `deep-${item}`),
  ...[0, 1, 2, 3].map((round) => `round-${round}`),
];
