// Who stands under the pointer: places by cells of a grid.

export interface Places {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

export class Grid {
  private readonly cells = new Map<string, number[]>();

  constructor(private readonly places: Places, private readonly size: number) {
    for (let n = 0; n < places.x.length; n += 1) {
      const key = this.key(places.x[n] ?? 0, places.y[n] ?? 0);
      const cell = this.cells.get(key);
      if (cell === undefined) {
        this.cells.set(key, [n]);
      } else {
        cell.push(n);
      }
    }
  }

  /** The number of the nearest place within a distance; -1 where there is none. */
  near(x: number, y: number, distance: number): number {
    const reach = Math.ceil(distance / this.size);
    if (reach > 64) {
      return this.among(this.places.x.keys(), x, y, distance);
    }
    const column = Math.floor(x / this.size);
    const row = Math.floor(y / this.size);
    const found: number[] = [];
    for (let i = column - reach; i <= column + reach; i += 1) {
      for (let j = row - reach; j <= row + reach; j += 1) {
        found.push(...this.cells.get(`${i},${j}`) ?? []);
      }
    }
    return this.among(found, x, y, distance);
  }

  private among(numbers: Iterable<number>, x: number, y: number, distance: number): number {
    let best = -1;
    let least = distance * distance;
    for (const n of numbers) {
      const far = ((this.places.x[n] ?? 0) - x) ** 2 + ((this.places.y[n] ?? 0) - y) ** 2;
      if (far <= least) {
        least = far;
        best = n;
      }
    }
    return best;
  }

  private key(x: number, y: number): string {
    return `${Math.floor(x / this.size)},${Math.floor(y / this.size)}`;
  }
}

/** How far a point is from a line between two others. */
export function fromLine(
  x: number, y: number, ax: number, ay: number, bx: number, by: number,
): number {
  const dx = bx - ax;
  const dy = by - ay;
  const length = dx * dx + dy * dy;
  const share = length === 0 ? 0 : Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / length));
  return Math.hypot(x - ax - share * dx, y - ay - share * dy);
}
