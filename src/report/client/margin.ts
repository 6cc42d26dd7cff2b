/** Room for tick labels around the plot area, in CSS pixels. */
export const MARGIN = { left: 66, right: 14, top: 8, bottom: 40 } as const;
