/** The words of a text, as people type a list: with blanks, commas or semicolons between them. */
export const words = (text) => text.split(/[\s,;]+/).filter(Boolean);
