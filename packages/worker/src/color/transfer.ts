/**
 * What the numbers of a picture mean in light. Signals are from 0 to 1, luminance is in candela per square metre (nits).
 * PQ and HLG: Recommendation ITU-R BT.2100-2; SDR: BT.1886 with a black of no light.
 */

const M1 = 2610 / 16384;
const M2 = (2523 / 4096) * 128;
const C1 = 3424 / 4096;
const C2 = (2413 / 4096) * 32;
const C3 = (2392 / 4096) * 32;

/** The luminance that PQ is relative to. */
const PQ_MAX_NITS = 10_000;

export function pqToNits(signal: number): number {
  const power = Math.max(signal, 0) ** (1 / M2);
  return PQ_MAX_NITS * (Math.max(power - C1, 0) / (C2 - C3 * power)) ** (1 / M1);
}

export function nitsToPq(nits: number): number {
  const power = (Math.max(nits, 0) / PQ_MAX_NITS) ** M1;
  return ((C1 + C2 * power) / (1 + C3 * power)) ** M2;
}

const A = 0.17883277;
const B = 1 - 4 * A;
const C = 0.5 - A * Math.log(4 * A);

/** The light of a scene, relative to its white: HLG leaves the rest to the screen. */
export function hlgToScene(signal: number): number {
  return signal <= 0.5 ? Math.max(signal, 0) ** 2 / 3 : (Math.exp((signal - C) / A) + B) / 12;
}

/** How a screen of 1,000 nits, the nominal one, shows the light of a scene of this luminance: times so many nits. */
export function hlgGain(sceneLuminance: number): number {
  return HLG_NOMINAL_NITS * sceneLuminance ** (HLG_NOMINAL_GAMMA - 1);
}

export const HLG_NOMINAL_NITS = 1_000;
const HLG_NOMINAL_GAMMA = 1.2;

/** The signal that makes an SDR screen show a share of its white. */
export function sdrSignal(share: number): number {
  return Math.max(share, 0) ** (1 / 2.4);
}
