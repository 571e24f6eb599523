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
