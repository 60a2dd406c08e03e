/** Units of the drawing: chat shows pictures about 400 wide, so that text of 15 is read at 12. */
export const width = 480;

/** Room that stays free at every edge of the sheet. */
export const margin = 18;

/** Of all text, in pixels per em. */
export const textSize = 15;

/** Pixels for each unit of the drawing, for sharp text on dense screens. */
export const density = 2.5;

/** Contrast on the sheet: text 12 : 1, quiet text 5.9 : 1, leader 5.2 : 1, change 4.8 : 1. */
export const colors = {
  sheet: '#f8f9fb',
  text: '#2b303b',
  quiet: '#5a6270',
  grid: '#d7dbe2',
  leader: '#1264a3',
  others: '#7a8494',
  change: '#b3541e',
};

/** A number as SVG likes it. */
export function round(value: number): string {
  return value.toFixed(1);
}
