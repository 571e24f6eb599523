declare module "mux.js/lib/m2ts/caption-stream.js" {
  export interface Row {
    /** With `<i>` and `<u>` of its own around words that may hold anything. */
    readonly text: string;
    /** 1 to 15. */
    readonly line: number;
    /** Percent of the width. */
    readonly position: number;
  }

  interface Caption {
    /** By the clock of what was pushed. */
    readonly startPts: number;
    readonly endPts: number;
    /** From the top down. */
    readonly content: readonly Row[];
    /** `CC1` to `CC4`. */
    readonly stream: string;
  }

  interface Message {
    readonly nalUnitType: "sei_rbsp";
    /** Behind the header of the NAL unit, and without the bytes that prevent start codes. */
    readonly escapedRBSP: Uint8Array;
    readonly pts: number;
    readonly dts: number;
  }

  interface CaptionStream {
    on(event: "data", listener: (caption: Caption) => void): void;
    push(message: Message): void;
    flush(): void;
  }

  const streams: {
    readonly CaptionStream: new (options: { readonly parse708captions: boolean }) => CaptionStream;
  };
  export default streams;
}

declare module "mux.js/lib/tools/caption-packet-parser.js" {
  interface Message {
    /** Undefined where the unit holds none of captions. */
    readonly payload?: Uint8Array;
  }

  interface Packet {
    /** 0 and 1 are the fields of CEA-608, 2 and 3 belong to CEA-708. */
    readonly type: number;
    /** Two bytes. */
    readonly ccData: number;
  }

  const parser: {
    discardEmulationPreventionBytes(bytes: Uint8Array): Uint8Array;
    parseSei(unit: Uint8Array): Message;
    parseUserData(message: { readonly payload: Uint8Array }): Uint8Array | null;
    parseCaptionPackets(time: number, data: Uint8Array): Packet[];
  };
  export default parser;
}
