// MapLibre begins by trying whether a picture that stands in its own text as data: can be read. The
// pages' policy takes no such picture, and the map has none: while it begins, none is asked for.

const held = Object.getOwnPropertyDescriptor(HTMLImageElement.prototype, "src");

if (held !== undefined) {
  Object.defineProperty(HTMLImageElement.prototype, "src", { ...held, set: () => undefined });
}

/** Pictures are as before. */
export function begun(): void {
  if (held !== undefined) {
    Object.defineProperty(HTMLImageElement.prototype, "src", held);
  }
}
