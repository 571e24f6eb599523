/** Reads what H.264 calls ue(v) and se(v), from a payload without its emulation prevention (ISO 14496-10, 7.3.1 and 9.1). */
class Bits {
  #position = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  bit(): number {
    const byte = this.#bytes[this.#position >> 3];
    if (byte === undefined) throw new RangeError("The sequence parameters end too early.");
    const bit = (byte >> (7 - (this.#position & 7))) & 1;
    this.#position += 1;
    return bit;
  }

  skip(count: number): void {
    this.#position += count;
  }

  unsigned(): number {
    let zeros = 0;
    while (this.bit() === 0) if ((zeros += 1) > 31) throw new RangeError("A number of more than 32 bits.");
    let suffix = 0;
    for (let index = 0; index < zeros; index += 1) suffix = suffix * 2 + this.bit();
    return 2 ** zeros - 1 + suffix;
  }

  signed(): number {
    const code = this.unsigned();
    return code % 2 === 0 ? -code / 2 : (code + 1) / 2;
  }
}

/** Profiles that have a chroma format and scaling lists: of those that are copied, High alone. */
const HIGH = 100;

/** What the sequence parameter set of a picture says of it: ISO 14496-10, 7.3.2.1.1. */
export interface Sequence {
  readonly profile: number;
  /** 1 is 4:2:0. */
  readonly chromaFormat: number;
  readonly bitDepth: number;
  /** True when every picture is a whole frame. */
  readonly isProgressive: boolean;
}

/** Reads a sequence parameter set of profile Baseline, Main or High; null for others, and for one that makes no sense. */
export function readSequence(unit: Uint8Array): Sequence | null {
  const [, profile = 0] = unit;
  if (![66, 77, HIGH].includes(profile)) return null;
  try {
    const bits = new Bits(withoutPrevention(unit));
    bits.skip(32); // header, profile, constraints, level
    bits.unsigned(); // seq_parameter_set_id
    const { chromaFormat, bitDepth } = profile === HIGH ? readFormat(bits) : { chromaFormat: 1, bitDepth: 8 };
    bits.unsigned(); // log2_max_frame_num_minus4
    skipOrder(bits);
    bits.unsigned(); // max_num_ref_frames
    bits.bit(); // gaps_in_frame_num_value_allowed_flag
    bits.unsigned(); // pic_width_in_mbs_minus1
    bits.unsigned(); // pic_height_in_map_units_minus1
    return { profile, chromaFormat, bitDepth, isProgressive: bits.bit() === 1 };
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function readFormat(bits: Bits): { chromaFormat: number; bitDepth: number } {
  const chromaFormat = bits.unsigned();
  if (chromaFormat === 3) bits.bit(); // separate_colour_plane_flag
  const bitDepth = 8 + Math.max(bits.unsigned(), bits.unsigned());
  bits.bit(); // qpprime_y_zero_transform_bypass_flag
  if (bits.bit() === 1) skipScaling(bits, chromaFormat === 3 ? 12 : 8);
  return { chromaFormat, bitDepth };
}

function skipScaling(bits: Bits, lists: number): void {
  for (let list = 0; list < lists; list += 1) {
    if (bits.bit() === 0) continue;
    let [last, next] = [8, 8];
    for (let index = 0; index < (list < 6 ? 16 : 64); index += 1) {
      if (next !== 0) next = (last + bits.signed() + 256) % 256;
      last = next === 0 ? last : next;
    }
  }
}

/** pic_order_cnt_type, and what comes with it. */
function skipOrder(bits: Bits): void {
  const type = bits.unsigned();
  if (type === 0) bits.unsigned();
  if (type !== 1) return;
  bits.bit();
  bits.signed();
  bits.signed();
  const cycle = bits.unsigned();
  if (cycle > 255) throw new RangeError("More pictures in a cycle than there may be.");
  for (let index = 0; index < cycle; index += 1) bits.signed();
}

function withoutPrevention(bytes: Uint8Array): Uint8Array {
  return bytes.filter((byte, index) => !(byte === 3 && bytes[index - 1] === 0 && bytes[index - 2] === 0));
}
