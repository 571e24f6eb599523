import parser from "mux.js/lib/tools/caption-packet-parser.js";

/**
 * What a unit of additional information (SEI) has of CEA-608 that says something: `cc_data` of three bytes each, in
 * hexadecimal. CEA-708 and padding are left out. The unit is as it stands in H.264, without its header.
 */
export function tripletsOf(unit: Uint8Array): string[] {
  const { payload } = parser.parseSei(parser.discardEmulationPreventionBytes(unit));
  const data = payload && parser.parseUserData({ payload });
  if (!data) return [];
  return parser
    .parseCaptionPackets(0, data)
    .filter(({ type, ccData }) => type < 2 && (ccData & 0x7f7f) !== 0)
    .map(({ type, ccData }) => ((0xfc | type) * 0x10000 + ccData).toString(16));
}
