/** Which texts are specs: the server looks closer, this says whether it is needed at all. */

const KEY = /(?:^|[{,])[ \t]*["']?(specc|layers|blocks|inputs)["']?[ \t]*:/gm;

/** Whether a text may be a spec: it says `specc`, or has two of the sections that specs have. */
export function mayBeSpec(text: string): boolean {
  const keys = new Set(Array.from(text.slice(0, 65536).matchAll(KEY), (found) => found[1]));
  return keys.has("specc") || keys.size >= 2;
}
