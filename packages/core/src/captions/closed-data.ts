/** What one picture carries of CEA-608: its number in the video, and `cc_data` of three bytes each, in hexadecimal. */
export type ClosedData = readonly [frame: number, data: string];

/** Ten hours in which somebody speaks all the time have fewer pictures with some. */
export const MAX_CLOSED = 400_000;
/** Of one picture: at ten a second there are three for each of the two fields. */
export const MAX_TRIPLETS = 8;
