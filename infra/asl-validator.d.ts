declare module "asl-validator" {
  /** Checks a definition against the Amazon States Language's JSON schemas and its rules beyond them. */
  export default function validate(definition: object): {
    isValid: boolean;
    errorsText: (separator?: string) => string;
  };
}
