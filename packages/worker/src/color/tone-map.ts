import { conversion, dot, multiply, PRIMARIES, scale, toXyz, type Triple } from "./primaries.ts";
import { hlgGain, hlgToScene, nitsToPq, pqToNits, sdrSignal } from "./transfer.ts";

/** How an HDR picture is coded, and how light it gets. */
export interface HdrCoding {
  readonly transfer: "pq" | "hlg";
  readonly primaries: keyof typeof PRIMARIES;
  /** In nits. */
  readonly peak: number;
}

/** What white paper has in HDR (BT.2408), and so what SDR's white stands for. */
export const REFERENCE_WHITE_NITS = 203;

/** Gives the signal of BT.709 for the signal of an HDR picture: red, green and blue from 0 to 1 in both. */
export function toneMapper({ transfer, primaries, peak }: HdrCoding): (signal: Triple) => Triple {
  const matrix = conversion(PRIMARIES[primaries], PRIMARIES.bt709);
  const luminance = toXyz(PRIMARIES[primaries])[1];
  const light = transfer === "pq" ? pqLight : hlgLight(luminance);
  const curve = eetf(peak);
  return (signal) => {
    const nits = multiply(matrix, light(signal));
    const lightest = Math.max(...nits);
    // The lightest of the three decides for all, so that the hue stays and none of them is too light.
    const factor = lightest > 0 ? curve(lightest) / lightest / REFERENCE_WHITE_NITS : 0;
    const [red, green, blue] = intoGamut(scale(nits, factor));
    return [sdrSignal(red), sdrSignal(green), sdrSignal(blue)];
  };
}

function pqLight([red, green, blue]: Triple): Triple {
  return [pqToNits(red), pqToNits(green), pqToNits(blue)];
}

function hlgLight(luminance: Triple): (signal: Triple) => Triple {
  return ([red, green, blue]) => {
    const scene: Triple = [hlgToScene(red), hlgToScene(green), hlgToScene(blue)];
    return scale(scene, hlgGain(dot(luminance, scene)));
  };
}

/**
 * Nits of the source to nits of an SDR screen whose white is HDR's reference white: unchanged up to a knee, and from
 * there on a Hermite spline that ends level at the peak (BT.2390-10, 5.4.1, with a black of no light on both sides).
 */
export function eetf(peak: number): (nits: number) => number {
  const sourcePeak = nitsToPq(peak);
  const target = nitsToPq(REFERENCE_WHITE_NITS) / sourcePeak;
  const knee = 1.5 * target - 0.5;
  if (knee >= 1) return (nits) => Math.min(nits, REFERENCE_WHITE_NITS);
  return (nits) => {
    const signal = Math.min(nitsToPq(nits) / sourcePeak, 1);
    if (signal <= knee) return nits;
    const t = (signal - knee) / (1 - knee);
    const spline =
      (2 * t ** 3 - 3 * t ** 2 + 1) * knee +
      (t ** 3 - 2 * t ** 2 + t) * (1 - knee) +
      (-2 * t ** 3 + 3 * t ** 2) * target;
    return pqToNits(spline * sourcePeak);
  };
}

/** A colour that BT.709 cannot show becomes as much paler as it must, at the same luminance. */
function intoGamut(rgb: Triple): Triple {
  const grey = Math.max(dot(LUMINANCE, rgb), 0);
  const least = Math.min(...rgb);
  const kept = least < 0 ? grey / (grey - least) : 1;
  const [red, green, blue] = rgb;
  return [grey + (red - grey) * kept, grey + (green - grey) * kept, grey + (blue - grey) * kept];
}

const LUMINANCE = toXyz(PRIMARIES.bt709)[1];
