// A chart that grows: what is asked of the service, added in portions that keep nobody waiting.

import { pause, type Asking } from "./asking";
import { around, type LinkSaid, type Model, type NodeSaid } from "./model";

export interface Portion { nodes: NodeSaid[]; links: LinkSaid[]; codes: string[]; as_of: string }
export interface Counts {
  id: string; caption: string;
  counts: { neighbours: number; by_type: Record<string, number> };
  page: { offset: number; size: number; total: number };
}

/** Milliseconds that a portion takes at once: beside a moving chart, and while nothing is there yet. */
const SLICE = 8;
export const OPENING = 40;
/** Neighbours asked for at once: the first soon, the rest in fewer questions. */
const SOON = 100;
const CHUNK = 500;

/** Adds a portion; returns the ids that are new. Yields to the browser every few milliseconds. */
export async function added(
  model: Model, portion: Portion, place: (n: number, said: NodeSaid) => [number, number], slice = SLICE,
): Promise<string[]> {
  const fresh: string[] = [];
  let begun = performance.now();
  const breathe = async (): Promise<void> => {
    if (performance.now() - begun > slice) {
      await pause();
      begun = performance.now();
    }
  };
  for (const said of portion.nodes) {
    const [x, y] = place(fresh.length, said);
    if (model.addNode(said, x, y)) {
      fresh.push(said.id);
    }
    await breathe();
  }
  for (const said of portion.links) {
    model.addLink(said);
    await breathe();
  }
  return fresh;
}

/** Adds neighbours of one, chunk by chunk, until there are enough or somebody stops it. */
export async function expanded(
  asking: Asking, model: Model, id: string, wanted: { types: readonly string[]; top: number },
  told: (done: number, of: number, portion: Portion) => void, signal: AbortSignal,
): Promise<string[]> {
  const fresh: string[] = [];
  const middle = model.node(id);
  let offset = 0;
  let most = wanted.top;
  while (offset < most && !signal.aborted) {
    const limit = Math.min(offset === 0 ? SOON : CHUNK, most - offset);
    const { body } = await asking.ask<Portion & Counts>("POST", "/charts/around", {
      entity: id, types: wanted.types, offset, limit, held: model.ids(),
    }, { signal });
    const before = fresh.length;
    fresh.push(...await added(model, body, (n) => around(middle.x, middle.y, before + n)));
    most = Math.min(wanted.top, body.page.total);
    offset += limit;
    told(Math.min(offset, most), most, body);
    await pause();
  }
  return fresh;
}
