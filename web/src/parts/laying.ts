// Laying a chart out: in the worker where there is one, else a few steps at once.

import { Laying, type Forces } from "./forces";
import type { Scene } from "./model";

export interface Places { readonly x: Float32Array; readonly y: Float32Array }
export interface Laid { readonly end: () => void }

const LEAST_WORKER = 60;
const FEW_STEPS = 300;
const STEPS_HERE = 20;

/** Lays out those of a scene; tells places now and then, at the end once more. Null: it is done. */
export function layOut(
  scene: Scene, milliseconds: number, told: (places: Places, isDone: boolean) => void,
): Laid | null {
  const forces: Forces = {
    x: Float32Array.from(scene.x), y: Float32Array.from(scene.y),
    fixed: Uint8Array.from(scene.nodes, (node) => node.is_pinned ? 1 : 0),
    source: scene.source, target: scene.target,
    weight: Float32Array.from(scene.links, (link) => 0.2 + link.strength),
  };
  if (scene.ids.length < LEAST_WORKER || typeof Worker === "undefined") {
    told(new Laying(forces).run(scene.ids.length < LEAST_WORKER ? FEW_STEPS : STEPS_HERE), true);
    return null;
  }
  const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const worker = new Worker("/static/chart-forces.js");
  worker.addEventListener("message", (event: MessageEvent<Places & { isDone: boolean }>) => {
    if (event.data.isDone || !isStill) {
      told(event.data, event.data.isDone);
    }
    if (event.data.isDone) {
      worker.terminate();
    }
  });
  worker.addEventListener("error", () => {
    worker.terminate();
    told(new Laying(forces).run(STEPS_HERE), true);
  });
  worker.postMessage({ forces, milliseconds });
  return { end: () => worker.terminate() };
}
