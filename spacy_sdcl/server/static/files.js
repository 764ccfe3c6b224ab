// Text files in, the result out.

const ENCODINGS = ["utf-8", "gb18030", "big5"];

// The file's text, or null if it is not a text. Which encoding it was in comes with it.
export async function readText(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const encodings = { "255,254": ["utf-16le"], "254,255": ["utf-16be"] }[bytes.slice(0, 2)];
  let found = null;
  for (const encoding of encodings ?? ENCODINGS) {
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
      if (text.includes("\0")) return null;
      found ??= { text, encoding };
      // Most of Big5 is GB18030, too, but only with characters that nobody else has.
      if (!/\p{Co}/u.test(text)) return { text, encoding };
    } catch {
      // Not in this encoding.
    }
  }
  return found;
}

export function download(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

// Without https, browsers allow the clipboard on this machine's own addresses only.
export async function copy(textarea, text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    textarea.focus();
    textarea.select();
    return document.execCommand("copy");
  }
}
