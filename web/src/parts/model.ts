// Who stands on a chart and how they are linked: graphology's graph, and its flat copy for drawing.

import { UndirectedGraph } from "graphology";

import { labelOf } from "./seen";
import { isWithin, type Interval, type Window } from "./spans";

export interface NodeSaid {
  id: string; record: string; caption: string; schema: string; anchor: string | null; is_hub: boolean;
  links: number; is_protected: boolean; x?: number; y?: number; is_pinned?: boolean; note?: string;
}
export interface LinkSaid {
  from: string; to: string; channels: string[]; strength: number; count: number; kind: string;
  arrow: string; interval: Interval;
}
export interface Node extends NodeSaid {
  x: number; y: number; is_pinned: boolean; note: string; label: string;
}
export type Link = LinkSaid;

/** The chart as it is drawn: numbers in place of ids. */
export interface Scene {
  readonly ids: readonly string[];
  readonly nodes: readonly Node[];
  readonly number: ReadonlyMap<string, number>;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly links: readonly Link[];
  readonly source: Int32Array;
  readonly target: Int32Array;
  readonly degree: Int32Array;
}

const APART = 48;
const TURN = Math.PI * (3 - Math.sqrt(5));

export class Model {
  readonly graph = new UndirectedGraph<Node, Link>();
  private kept: Scene | null = null;
  private shown: Window | null = null;
  private all = 0;

  get size(): number {
    return this.graph.order;
  }

  has(id: string): boolean {
    return this.graph.hasNode(id);
  }

  node(id: string): Node {
    return this.graph.getNodeAttributes(id);
  }

  ids(): string[] {
    return this.graph.nodes();
  }

  /** Adds one who is not there yet; returns whether it was new. */
  addNode(said: NodeSaid, x: number, y: number): boolean {
    if (this.graph.hasNode(said.id)) {
      return false;
    }
    this.graph.addNode(said.id, {
      ...said, x: said.x ?? x, y: said.y ?? y, is_pinned: said.is_pinned ?? false,
      note: said.note ?? "", label: labelOf(said.caption),
    });
    this.all += said.links;
    this.kept = null;
    return true;
  }

  addLink(said: LinkSaid): void {
    if (said.from !== said.to && this.has(said.from) && this.has(said.to)) {
      this.graph.mergeEdge(said.from, said.to, said);
      this.kept = null;
    }
  }

  /** Takes some away; returns what puts them back. */
  drop(ids: Iterable<string>): () => void {
    const nodes: Node[] = [];
    const links: Link[] = [];
    for (const id of ids) {
      if (this.has(id)) {
        this.graph.forEachEdge(id, (_edge, link) => { links.push(link); });
        nodes.push(this.node(id));
        this.all -= this.node(id).links;
        this.graph.dropNode(id);
      }
    }
    this.kept = null;
    return () => {
      for (const node of nodes) {
        this.addNode(node, node.x, node.y);
      }
      for (const link of links) {
        this.addLink(link);
      }
    };
  }

  place(id: string, x: number, y: number): void {
    const node = this.node(id);
    node.x = x;
    node.y = y;
    const n = this.kept?.number.get(id);
    if (this.kept !== null && n !== undefined) {
      this.kept.x[n] = x;
      this.kept.y[n] = y;
    }
  }

  /** Where everybody stands now, as what puts them back there. */
  places(): () => void {
    const held = this.graph.mapNodes((id, node) => [id, node.x, node.y] as const);
    return () => {
      for (const [id, x, y] of held) {
        if (this.has(id)) {
          this.place(id, x, y);
        }
      }
    };
  }

  /** Hides links outside a window of days; null shows all. */
  window(shown: Window | null): void {
    this.shown = shown;
    this.kept = null;
  }

  isShown(link: Link): boolean {
    return isWithin(link.interval, this.shown);
  }

  intervals(): Interval[] {
    return this.graph.mapEdges((_edge, link) => link.interval);
  }

  /** Neighbours of one by links that are shown, the strongest first. */
  neighbours(id: string): { id: string; link: Link }[] {
    const found: { id: string; link: Link }[] = [];
    this.graph.forEachEdge(id, (_edge, link, one, other) => {
      if (this.isShown(link)) {
        found.push({ id: one === id ? other : one, link });
      }
    });
    return found.sort((a, b) => b.link.strength - a.link.strength || (a.id < b.id ? -1 : 1));
  }

  /** Links of theirs that there are and the chart does not have. */
  missing(): number {
    const { size } = this.graph;
    return Math.max(0, this.all - 2 * size);
  }

  scene(): Scene {
    if (this.kept !== null) {
      return this.kept;
    }
    const ids = this.graph.nodes();
    const number = new Map(ids.map((id, n) => [id, n]));
    const nodes = ids.map((id) => this.node(id));
    const links: Link[] = [];
    this.graph.forEachEdge((_edge, link) => {
      if (this.isShown(link)) {
        links.push(link);
      }
    });
    const source = new Int32Array(links.length);
    const target = new Int32Array(links.length);
    const degree = new Int32Array(ids.length);
    links.forEach((link, n) => {
      const one = number.get(link.from) ?? 0;
      const other = number.get(link.to) ?? 0;
      source[n] = one;
      target[n] = other;
      degree[one] = (degree[one] ?? 0) + 1;
      degree[other] = (degree[other] ?? 0) + 1;
    });
    this.kept = {
      ids, nodes, number, links, source, target, degree,
      x: Float64Array.from(nodes, (node) => node.x), y: Float64Array.from(nodes, (node) => node.y),
    };
    return this.kept;
  }
}

/** The place of the n-th of those who are put around a place: a spiral without gaps. */
export function around(x: number, y: number, n: number, first = 3): [number, number] {
  const far = APART * Math.sqrt(n + first);
  return [x + far * Math.cos(n * TURN), y + far * Math.sin(n * TURN)];
}
