// The walk by keys: from one to the neighbour that lies in the direction of the arrow.

export interface Spot { readonly id: string; readonly x: number; readonly y: number }

const WAYS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
};

/** The spot nearest in the direction of an arrow key, as it is seen; null where none is there. */
export function step(from: Spot, among: Iterable<Spot>, key: string): string | null {
  const way = WAYS[key];
  if (way === undefined) {
    return null;
  }
  let best: string | null = null;
  let least = Infinity;
  for (const spot of among) {
    const dx = spot.x - from.x;
    const dy = spot.y - from.y;
    const along = dx * way[0] + dy * way[1];
    const aside = Math.abs(dx * way[1]) + Math.abs(dy * way[0]);
    if (along > 0 && aside <= along * 1.01) {
      const far = along + 2 * aside;
      if (far < least || (far === least && best !== null && spot.id < best)) {
        least = far;
        best = spot.id;
      }
    }
  }
  return best;
}
