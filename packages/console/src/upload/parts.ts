/** The numbers of a file's parts, which count from 1. */
export function partNumbers(sizeBytes: number, partSizeBytes: number): number[] {
  return Array.from({ length: Math.ceil(sizeBytes / partSizeBytes) }, (_, index) => index + 1);
}

export function partOf(file: Blob, partNumber: number, partSizeBytes: number): Blob {
  return file.slice((partNumber - 1) * partSizeBytes, partNumber * partSizeBytes);
}

/** Adds up what each part has sent. */
export function createPartProgress(onProgress: (sentBytes: number) => void) {
  const sent = new Map<number, number>();
  return (partNumber: number, sentBytes: number): void => {
    sent.set(partNumber, sentBytes);
    onProgress([...sent.values()].reduce((sum, bytes) => sum + bytes, 0));
  };
}
