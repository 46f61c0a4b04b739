// Places as the page hands them over, and which of them are one mark at a scale.

export interface Place {
  readonly n: number; readonly x: number; readonly y: number; readonly exact: boolean;
  readonly country: string; readonly who: string; readonly record: string; readonly name: string;
}

export interface Spot { readonly x: number; readonly y: number }

/** Places of one mark; the first says where it stands. */
export interface Group { readonly first: Place; readonly places: readonly Place[]; readonly at: Spot }

/** Nearest that two marks stand to each other, in pixels; a finger finds each of them. */
export const APART = 34;

/** Puts near places together, in their order; what is exact and what is not stay apart. */
export function grouped(places: readonly Place[], seen: (place: Place) => Spot): Group[] {
  const cells = new Map<string, { first: Place; places: Place[]; at: Spot }[]>();
  const out: { first: Place; places: Place[]; at: Spot }[] = [];
  for (const place of places) {
    const at = seen(place);
    const [column, row] = [Math.floor(at.x / APART), Math.floor(at.y / APART)];
    const near = [-1, 0, 1].flatMap((dx) => [-1, 0, 1].flatMap((dy) => cells.get(`${column + dx} ${row + dy}`) ?? []));
    const held = near.find((one) => one.first.exact === place.exact
      && Math.hypot(one.at.x - at.x, one.at.y - at.y) < APART);
    if (held !== undefined) {
      held.places.push(place);
      continue;
    }
    const fresh = { first: place, places: [place], at };
    const cell = cells.get(`${column} ${row}`);
    if (cell === undefined) {
      cells.set(`${column} ${row}`, [fresh]);
    } else {
      cell.push(fresh);
    }
    out.push(fresh);
  }
  return out;
}

/** West, south, east and north of all places. */
export function boundsOf(places: readonly Place[]): [number, number, number, number] {
  const xs = places.map((one) => one.x);
  const ys = places.map((one) => one.y);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}
