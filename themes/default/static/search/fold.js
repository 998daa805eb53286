// What is typed, as the engine folds it (src/engine/search/src/fold.rs): lower case, no accents, ligatures spelt out. `tests/browser/fold.test.mjs`
// compares the two.

/** Letters that Unicode does not take apart. */
const LETTERS = { æ: "ae", œ: "oe", ß: "ss", ø: "o", đ: "d", ħ: "h", ł: "l", ŧ: "t", ı: "i", þ: "th", ĳ: "ij", ð: "d", ĸ: "k", ŋ: "n", ſ: "s" };
const LATIN = /[\u00c0-\u01ed\u01f0-\u024f\u1e00-\u1eff]/g;
const IGNORED = /[\p{M}\u00ad\u200b-\u200f\u2060\ufeff]/gu;
const ELISIONS = /(^|[^\p{L}\p{N}])(?:[cdjlmnst]|qu)['’](?=[\p{L}\p{N}])/gu;

/** @param {string} text */
export function fold(text) {
  const bare = text.normalize("NFC").replace(LATIN, (letter) => letter.normalize("NFD")).replace(IGNORED, "").toLowerCase();
  return bare.replace(/[^\0-\x7f]/gu, (letter) => LETTERS[letter] ?? letter);
}

/** The words of a text, folded, without the articles of `l'atelier`. @param {string} text */
export const words = (text) => fold(text).replace(ELISIONS, "$1").split(/[^\p{L}\p{N}]+/u).filter(Boolean);
