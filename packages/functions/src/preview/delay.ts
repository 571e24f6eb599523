const HEADER_BYTES = 8;
const COMPOSITION_OFFSETS = 0x800;

/** What a run of samples says of each of them beside when it is shown (ISO 14496-12, 8.8.8): 4 bytes each. */
const FIELDS = [0x100, 0x200, 0x400];
/** What stands before the samples of a run: where their data begin, and the flags of the first. */
const OPTIONS = [0x1, 0x4];

/**
 * A fragment of one track (`moof`) in which everything is decoded earlier by so many ticks, and shown when it was. Our muxer lets
 * pictures be shown before they are decoded, by negative offsets: that is allowed, but libavformat, and players that use it, then
 * show all pictures late.
 */
export function decodeEarlier(moof: Uint8Array, ticks: number): Uint8Array {
  const source = Buffer.from(moof);
  const traf = childOf(source, 0, "traf");
  const tfdt = childOf(source, traf, "tfdt");
  const trun = childOf(source, traf, "trun");
  const run = rewriteRun(source.subarray(trun, trun + source.readUInt32BE(trun)), ticks);
  const after = source.subarray(trun + source.readUInt32BE(trun));
  const result = Buffer.concat([source.subarray(0, trun), run, after]);
  const grown = result.length - source.length;
  for (const box of [0, traf]) result.writeUInt32BE(source.readUInt32BE(box) + grown, box);
  const dataOffset = trun + HEADER_BYTES + 8;
  result.writeInt32BE(source.readInt32BE(dataOffset) + grown, dataOffset);
  moveTime(result, tfdt, ticks);
  return result;
}

/** The `tfdt` is of 64 bits or of 32, as its version says. */
function moveTime(bytes: Buffer, tfdt: number, ticks: number): void {
  const at = tfdt + HEADER_BYTES + 4;
  const isLong = bytes[tfdt + HEADER_BYTES] === 1;
  if (isLong) bytes.writeBigUInt64BE(bytes.readBigUInt64BE(at) - BigInt(ticks), at);
  else bytes.writeUInt32BE(bytes.readUInt32BE(at) - ticks, at);
}

function rewriteRun(run: Buffer, ticks: number): Buffer {
  const flags = run.readUInt32BE(HEADER_BYTES) & 0xffffff;
  const count = run.readUInt32BE(HEADER_BYTES + 4);
  const head = HEADER_BYTES + 8 + 4 * OPTIONS.filter((option) => flags & option).length;
  const fields = 4 * FIELDS.filter((field) => flags & field).length;
  const hasOffsets = (flags & COMPOSITION_OFFSETS) !== 0;
  const [from, to] = [fields + (hasOffsets ? 4 : 0), fields + 4];
  const result = Buffer.alloc(head + count * to);
  run.copy(result, 0, 0, head);
  for (let index = 0; index < count; index += 1) {
    run.copy(result, head + index * to, head + index * from, head + index * from + fields);
    const offset = hasOffsets ? run.readInt32BE(head + index * from + fields) : 0;
    result.writeInt32BE(offset + ticks, head + index * to + fields);
  }
  result.writeUInt32BE(result.length, 0);
  // Version 1: offsets have a sign.
  result.writeUInt32BE((1 << 24) | flags | COMPOSITION_OFFSETS, HEADER_BYTES);
  return result;
}

/** Where a box lies within another one, which has no fields of its own. */
function childOf(bytes: Buffer, parent: number, type: string): number {
  const end = parent + bytes.readUInt32BE(parent);
  for (let at = parent + HEADER_BYTES; at < end; at += bytes.readUInt32BE(at))
    if (bytes.toString("latin1", at + 4, at + HEADER_BYTES) === type) return at;
  throw new Error(`A fragment has no ${type}.`);
}
