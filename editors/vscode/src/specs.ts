/** Which texts are specs: the server looks closer, this says whether it is needed at all. */

const MARK = /^[ \t{]*["']?(?:specc|layers|blocks|inputs)["']?[ \t]*:/m;

/** Whether a text may be a spec. */
export function mayBeSpec(text: string): boolean {
  return MARK.test(text.slice(0, 65536));
}
