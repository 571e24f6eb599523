/** Says what is being started: one line that changes on a terminal, nothing but the end elsewhere. */
export function createSteps(stream: NodeJS.WriteStream): {
  show(step: string): void;
  end(text: string): void;
} {
  if (!stream.isTTY) return { show: () => undefined, end: (text) => stream.write(`${text}\n`) };
  const write = (text: string) => {
    stream.write(`\r\u001B[K${text}`);
  };
  return {
    show: (step) => {
      write(`${step} …`);
    },
    end: (text) => {
      write(`${text}\n`);
    },
  };
}
