// ForceAtlas2 over flat arrays: what the worker runs, and the main thread where there is none.

import iterate from "graphology-layout-forceatlas2/iterate";

export interface Forces {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly fixed: Uint8Array;
  readonly source: Int32Array;
  readonly target: Int32Array;
  readonly weight: Float32Array;
}

const PER_NODE = 10;
const PER_EDGE = 3;
const MANY = 800;

/** Lays out step by step; each `run` returns the places after some steps. */
export class Laying {
  private readonly nodes: Float32Array;
  private readonly edges: Float32Array;
  private readonly count: number;

  constructor(forces: Forces) {
    this.count = forces.x.length;
    this.nodes = new Float32Array(this.count * PER_NODE);
    this.edges = new Float32Array(forces.source.length * PER_EDGE);
    for (let n = 0; n < this.count; n += 1) {
      this.nodes.set(
        [forces.x[n] ?? 0, forces.y[n] ?? 0, 0, 0, 0, 0, 1, 1, 6, forces.fixed[n] ?? 0], n * PER_NODE,
      );
    }
    for (let n = 0; n < forces.source.length; n += 1) {
      const one = (forces.source[n] ?? 0) * PER_NODE;
      const other = (forces.target[n] ?? 0) * PER_NODE;
      this.edges.set([one, other, forces.weight[n] ?? 1], n * PER_EDGE);
      this.nodes[one + 6] = (this.nodes[one + 6] ?? 0) + 1;
      this.nodes[other + 6] = (this.nodes[other + 6] ?? 0) + 1;
    }
  }

  run(steps: number): { x: Float32Array; y: Float32Array } {
    for (let n = 0; n < steps; n += 1) {
      iterate({
        linLogMode: false, outboundAttractionDistribution: false, adjustSizes: false,
        edgeWeightInfluence: 0.5, scalingRatio: 60, strongGravityMode: false, gravity: 0.6,
        slowDown: 4 + Math.log(this.count + 1), barnesHutOptimize: this.count > MANY, barnesHutTheta: 0.6,
      }, this.nodes, this.edges);
    }
    const x = new Float32Array(this.count);
    const y = new Float32Array(this.count);
    for (let n = 0; n < this.count; n += 1) {
      x[n] = this.nodes[n * PER_NODE] ?? 0;
      y[n] = this.nodes[n * PER_NODE + 1] ?? 0;
    }
    return { x, y };
  }
}
