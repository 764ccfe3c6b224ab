// The word around an error: what a user most likely wants to protect.

const segmenter = globalThis.Intl?.Segmenter
  ? new Intl.Segmenter("zh", { granularity: "word" })
  : null;
const AROUND = 12;
const CHINESE_END = /\p{Script=Han}$/u;
const CHINESE_START = /^\p{Script=Han}/u;

export function wordAround(text, start, end) {
  const from = Math.max(0, start - AROUND);
  const near = text.slice(from, end + AROUND);
  const found = segmenter?.segment(near).containing(start - from)?.segment ?? "";
  if (found.length > end - start) return found;
  // One character alone would be protected in every word: with its neighbour it says more.
  const before = text.slice(0, start).match(CHINESE_END)?.[0] ?? "";
  const after = before ? "" : (text.slice(end).match(CHINESE_START)?.[0] ?? "");
  return before + text.slice(start, end) + after;
}
