// The full drawing of a chart, in portions: whoever draws decides when the next one comes.

import { seenX, seenY, type Camera } from "./camera";
import type { Look } from "./look";
import type { Node, Scene } from "./model";
import { directionOf } from "./seen";
import { CORNERS, CRIME, TERROR, WIDTHS, dashOf, shapeOf, widthOf } from "./shapes";

const PORTION = 250;
const PIXELS = 20_000;
const LABELS_PORTION = 24;
const MOST_LABELS = 320;
const ARROWS_FROM = 0.45;
const WORDS_FROM = 0.75;
const MOST_WORDS = 90;

export interface Wanted {
  readonly look: Look;
  readonly said: (channel: string) => string;
  /** Labels that were drawn, by node, for who checks them. */
  readonly drawn?: Map<string, string>;
}

/** How large a mark is at a scale, in pixels. */
export function radiusOf(scale: number, degree: number): number {
  const base = Math.max(2, Math.min(9, 8 * Math.sqrt(scale)));
  return base * (1 + Math.min(0.5, Math.log2(degree + 1) / 16));
}

/** Draws everything, a portion at each step. */
export function* drawing(
  ctx: CanvasRenderingContext2D, scene: Scene, camera: Camera, wanted: Wanted,
): Generator<void, void> {
  ctx.fillStyle = wanted.look.paper;
  ctx.fillRect(0, 0, camera.width, camera.height);
  const xs = new Float32Array(scene.x.length);
  const ys = new Float32Array(scene.y.length);
  for (let n = 0; n < xs.length; n += 1) {
    xs[n] = seenX(camera, scene.x[n] ?? 0);
    ys[n] = seenY(camera, scene.y[n] ?? 0);
  }
  yield* lines(ctx, scene, camera, wanted, xs, ys);
  yield* marks(ctx, scene, camera, wanted, xs, ys);
  yield* labels(ctx, scene, camera, wanted, xs, ys);
}

function* lines(
  ctx: CanvasRenderingContext2D, scene: Scene, camera: Camera, wanted: Wanted,
  xs: Float32Array, ys: Float32Array,
): Generator<void, void> {
  const { width, height } = camera;
  const buckets = new Map<string, number[]>();
  for (let n = 0; n < scene.links.length; n += 1) {
    const one = scene.source[n] ?? 0;
    const other = scene.target[n] ?? 0;
    const ax = xs[one] ?? 0;
    const ay = ys[one] ?? 0;
    const bx = xs[other] ?? 0;
    const by = ys[other] ?? 0;
    if (Math.max(ax, bx) < 0 || Math.min(ax, bx) > width || Math.max(ay, by) < 0
      || Math.min(ay, by) > height) {
      continue;
    }
    const link = scene.links[n];
    const key = `${widthOf(link?.strength ?? 0)} ${link?.kind ?? "fact"}`;
    const held = buckets.get(key);
    if (held === undefined) {
      buckets.set(key, [n]);
    } else {
      held.push(n);
    }
  }
  yield;
  const thin = Math.min(1, Math.max(0.35, camera.scale * 1.4));
  ctx.strokeStyle = wanted.look.muted;
  ctx.lineCap = "butt";
  for (const [key, numbers] of [...buckets].sort()) {
    const [width_, kind] = key.split(" ");
    ctx.lineWidth = (WIDTHS[Number(width_)] ?? 1) * thin;
    ctx.setLineDash(camera.scale > 0.2 ? [...dashOf(kind ?? "fact")] : []);
    let drawn = 0;
    ctx.beginPath();
    for (const n of numbers) {
      const ax = xs[scene.source[n] ?? 0] ?? 0;
      const ay = ys[scene.source[n] ?? 0] ?? 0;
      const bx = xs[scene.target[n] ?? 0] ?? 0;
      const by = ys[scene.target[n] ?? 0] ?? 0;
      ctx.moveTo(ax, ay);
      ctx.lineTo(bx, by);
      drawn += 40 + Math.min(Math.abs(bx - ax) + Math.abs(by - ay), width + height);
      if (drawn > PIXELS) {
        ctx.stroke();
        ctx.beginPath();
        drawn = 0;
        yield;
      }
    }
    ctx.stroke();
    yield;
  }
  ctx.setLineDash([]);
  if (camera.scale >= ARROWS_FROM) {
    yield* arrows(ctx, scene, camera, wanted, xs, ys, [...buckets.values()].flat());
  }
}

function* arrows(
  ctx: CanvasRenderingContext2D, scene: Scene, camera: Camera, wanted: Wanted,
  xs: Float32Array, ys: Float32Array, numbers: readonly number[],
): Generator<void, void> {
  ctx.fillStyle = wanted.look.second;
  const isSpoken = camera.scale >= WORDS_FROM && numbers.length <= MOST_WORDS;
  for (let start = 0; start < numbers.length; start += PORTION) {
    for (const n of numbers.slice(start, start + PORTION)) {
      const link = scene.links[n];
      const one = scene.source[n] ?? 0;
      const other = scene.target[n] ?? 0;
      const ends = [xs[one] ?? 0, ys[one] ?? 0, xs[other] ?? 0, ys[other] ?? 0] as const;
      if (link?.arrow === "there" || link?.arrow === "both") {
        head(ctx, ends, radiusOf(camera.scale, scene.degree[other] ?? 0) + 3);
      }
      if (link?.arrow === "back" || link?.arrow === "both") {
        head(ctx, [ends[2], ends[3], ends[0], ends[1]], radiusOf(camera.scale, scene.degree[one] ?? 0) + 3);
      }
      if (isSpoken && link !== undefined) {
        const said = link.channels.map((channel) => wanted.said(channel)).join(", ");
        words(ctx, wanted.look, link.count > 1 ? `${said} ×${link.count}` : said,
          (ends[0] + ends[2]) / 2, (ends[1] + ends[3]) / 2, Math.hypot(ends[2] - ends[0], ends[3] - ends[1]));
      }
    }
    yield;
  }
}

function head(
  ctx: CanvasRenderingContext2D, [ax, ay, bx, by]: readonly [number, number, number, number], back: number,
): void {
  const length = Math.hypot(bx - ax, by - ay);
  if (length < back + 12) {
    return;
  }
  const ux = (bx - ax) / length;
  const uy = (by - ay) / length;
  const tx = bx - ux * back;
  const ty = by - uy * back;
  ctx.beginPath();
  ctx.moveTo(tx, ty);
  ctx.lineTo(tx - 8 * ux + 4 * uy, ty - 8 * uy - 4 * ux);
  ctx.lineTo(tx - 8 * ux - 4 * uy, ty - 8 * uy + 4 * ux);
  ctx.fill();
}

function words(
  ctx: CanvasRenderingContext2D, look: Look, text: string, x: number, y: number, room: number,
): void {
  ctx.font = `11px ${look.font}`;
  if (ctx.measureText(text).width > room - 30) {
    return;
  }
  written(ctx, look, text, x, y - 8, look.second);
}

function* marks(
  ctx: CanvasRenderingContext2D, scene: Scene, camera: Camera, wanted: Wanted,
  xs: Float32Array, ys: Float32Array,
): Generator<void, void> {
  for (let n = 0; n < scene.nodes.length; n += 1) {
    const node = scene.nodes[n];
    const x = xs[n] ?? 0;
    const y = ys[n] ?? 0;
    if (node !== undefined && x > -20 && y > -20 && x < camera.width + 20 && y < camera.height + 20) {
      mark(ctx, wanted.look, node, x, y, radiusOf(camera.scale, scene.degree[n] ?? 0));
    }
    if (n % PORTION === PORTION - 1) {
      yield;
    }
  }
  yield;
}

/** One mark: shape by schema, fill by anchor, ring by protection; a hub is hollow. */
export function mark(
  ctx: CanvasRenderingContext2D, look: Look, node: Node, x: number, y: number, radius: number,
): void {
  const anchor = node.anchor === "terror" ? look.terror : node.anchor === null ? null : look.crime;
  outline(ctx, CORNERS[shapeOf(node.schema)], x, y, radius);
  ctx.fillStyle = node.is_hub ? look.paper : anchor ?? look.second;
  ctx.fill();
  if (node.is_hub || radius > 3.5) {
    ctx.strokeStyle = anchor ?? look.ink;
    ctx.lineWidth = node.is_hub ? 1.8 : 1;
    ctx.stroke();
  }
  if (anchor !== null && radius > 4) {
    ctx.fillStyle = node.is_hub ? anchor : look.paper;
    for (const corners of anchorsOf(node.anchor)) {
      outline(ctx, corners, x, y, radius);
      ctx.fill();
    }
  }
  if (node.is_protected) {
    ring(ctx, x, y, radius + 3.5, look.guard, 2);
  }
  if (node.is_pinned) {
    ctx.fillStyle = look.ink;
    ctx.fillRect(x + radius * 0.7, y - radius * 1.3, 3, 3);
  }
}

function anchorsOf(anchor: string | null): readonly (typeof TERROR)[] {
  return anchor === "terror" ? [TERROR] : anchor === "dual" ? [TERROR, CRIME] : [CRIME];
}

function ring(
  ctx: CanvasRenderingContext2D, x: number, y: number, radius: number, colour: string, width: number,
): void {
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, Math.PI * 2);
  ctx.strokeStyle = colour;
  ctx.lineWidth = width;
  ctx.stroke();
}

function outline(
  ctx: CanvasRenderingContext2D, corners: readonly (readonly [number, number])[] | null,
  x: number, y: number, radius: number,
): void {
  ctx.beginPath();
  if (corners === null) {
    ctx.arc(x, y, radius, 0, Math.PI * 2);
    return;
  }
  corners.forEach(([cx, cy], n) => {
    if (n === 0) {
      ctx.moveTo(x + cx * radius, y + cy * radius);
    } else {
      ctx.lineTo(x + cx * radius, y + cy * radius);
    }
  });
  ctx.closePath();
}

function* labels(
  ctx: CanvasRenderingContext2D, scene: Scene, camera: Camera, wanted: Wanted,
  xs: Float32Array, ys: Float32Array,
): Generator<void, void> {
  const chosen = spread(scene, camera, xs, ys);
  yield;
  for (let start = 0; start < chosen.length; start += LABELS_PORTION) {
    ctx.font = `12px ${wanted.look.font}`;
    for (const n of chosen.slice(start, start + LABELS_PORTION)) {
      const node = scene.nodes[n];
      if (node !== undefined) {
        const below = radiusOf(camera.scale, scene.degree[n] ?? 0) + (node.is_protected ? 22 : 19);
        written(ctx, wanted.look, node.label, xs[n] ?? 0, (ys[n] ?? 0) + below, wanted.look.ink);
        wanted.drawn?.set(node.id, node.label);
      }
    }
    yield;
  }
}

const COLUMN = 28;
const ROW = 16;

/** Whose labels are drawn: anchors first, then by links, none over another. */
export function spread(
  scene: Scene, camera: Camera, xs: Float32Array, ys: Float32Array,
): number[] {
  const columns = Math.ceil(camera.width / COLUMN) + 1;
  const rows = Math.ceil(camera.height / ROW) + 2;
  const taken = new Uint8Array(columns * rows);
  const chosen: number[] = [];
  for (const n of ranked(scene, camera, xs, ys)) {
    const wide = Math.ceil(Math.min(scene.nodes[n]?.label.length ?? 1, 40) * 6.6 / COLUMN);
    const left = Math.max(0, Math.floor((xs[n] ?? 0) / COLUMN - wide / 2));
    const right = Math.min(columns - 1, left + wide);
    const top = Math.floor((ys[n] ?? 0) / ROW);
    const last = Math.floor(((ys[n] ?? 0) + ROW - 1) / ROW);
    if (isFree(taken, columns, left, right, top, last)) {
      chosen.push(n);
      if (chosen.length === MOST_LABELS) {
        break;
      }
    }
  }
  return chosen;
}

/** Takes some cells where all of them are free. */
function isFree(
  taken: Uint8Array, columns: number, left: number, right: number, top: number, last: number,
): boolean {
  for (let row = top; row <= last; row += 1) {
    if (taken.subarray(row * columns + left, row * columns + right + 1).includes(1)) {
      return false;
    }
  }
  for (let row = top; row <= last; row += 1) {
    taken.fill(1, row * columns + left, row * columns + right + 1);
  }
  return true;
}

/** Those in sight, whoever matters most first: sorted as numbers, which is fast. */
function ranked(scene: Scene, camera: Camera, xs: Float32Array, ys: Float32Array): number[] {
  const keys = new Float64Array(scene.nodes.length);
  let count = 0;
  for (let n = 0; n < keys.length; n += 1) {
    const x = xs[n] ?? 0;
    const y = ys[n] ?? 0;
    if (x > 0 && y > 0 && x < camera.width && y < camera.height) {
      const weight = (scene.nodes[n]?.anchor === null ? 0 : 1_000_000) + (scene.degree[n] ?? 0);
      keys[count] = -weight * 1_048_576 + n;
      count += 1;
    }
  }
  return Array.from(keys.subarray(0, count).sort(), (key) => ((key % 1_048_576) + 1_048_576) % 1_048_576);
}

function written(
  ctx: CanvasRenderingContext2D, look: Look, text: string, x: number, y: number, colour: string,
): void {
  ctx.textAlign = "center";
  ctx.textBaseline = "alphabetic";
  ctx.direction = directionOf(text);
  ctx.lineJoin = "round";
  ctx.lineWidth = 3;
  ctx.strokeStyle = look.paper;
  ctx.strokeText(text, x, y);
  ctx.fillStyle = colour;
  ctx.fillText(text, x, y);
}

export { ring };
