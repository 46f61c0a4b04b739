// The view of a chart: one canvas, the last full drawing as a bitmap that moves with hand and wheel,
// and a new full drawing in small portions, so that no frame is long.

import { fitted, panned, placeX, placeY, seenX, seenY, zoomed, type Camera } from "./camera";
import { drawing, mark, radiusOf, ring } from "./drawing";
import { Grid, fromLine } from "./hit";
import type { Look } from "./look";
import type { Link, Model, Scene } from "./model";

const RIM = 0.25;
/** Milliseconds of drawing in one frame: beside a drawing that moves, and while there is none yet. */
const BUDGET = 6;
const FIRST = 40;
const REST = 110;
const REACH = 14;

export interface Told {
  readonly chosen: (id: string | null) => void;
  readonly linked: (link: Link | null) => void;
  readonly opened: (id: string) => void;
  readonly moved: (id: string, back: () => void) => void;
  readonly said: (channel: string) => string;
}

interface Bitmap { readonly canvas: HTMLCanvasElement; readonly ctx: CanvasRenderingContext2D; camera: Camera | null }

export class Stage {
  /** Labels of the last full drawing, by id. */
  labels = new Map<string, string>();
  /** How many full drawings there were. */
  drawings = 0;
  focus: string | null = null;
  marked: string | null = null;
  path: ReadonlySet<string> = new Set();
  private camera: Camera;
  private front: Bitmap;
  private back: Bitmap;
  private work: Generator<void, void> | null = null;
  private begun = new Map<string, string>();
  private isEmpty = true;
  private isStale = true;
  private movedAt = 0;
  private frame = 0;
  private grid: { scene: Scene; grid: Grid } | null = null;
  private readonly held = new Map<number, { x: number; y: number }>();
  private drag: { id: string; x: number; y: number; back: () => void } | null = null;
  private hasMoved = false;
  private readonly end = new AbortController();
  private readonly watch: ResizeObserver;

  constructor(
    private readonly canvas: HTMLCanvasElement, private readonly ctx: CanvasRenderingContext2D,
    private readonly model: Model, private look: Look, private readonly told: Told, way: 1 | -1,
  ) {
    this.camera = { x: 0, y: 0, scale: 1, width: 1, height: 1, way };
    this.front = bitmap();
    this.back = bitmap();
    const { signal } = this.end;
    canvas.addEventListener("pointerdown", (event) => this.down(event), { signal });
    canvas.addEventListener("pointermove", (event) => this.move(event), { signal });
    canvas.addEventListener("pointerup", (event) => this.up(event), { signal });
    canvas.addEventListener("pointercancel", (event) => this.up(event), { signal });
    canvas.addEventListener("dblclick", () => { if (this.focus !== null) told.opened(this.focus); }, { signal });
    canvas.addEventListener("wheel", (event) => this.wheel(event), { signal, passive: false });
    this.watch = new ResizeObserver(() => this.resize());
    this.watch.observe(canvas);
    this.resize();
  }

  /** Ends everything that listens, waits or holds memory. */
  destroy(): void {
    this.end.abort();
    this.watch.disconnect();
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.work = null;
    this.grid = null;
    for (const one of [this.canvas, this.front.canvas, this.back.canvas]) {
      one.width = 0;
      one.height = 0;
    }
  }

  /** What is drawn has changed: draw it anew. */
  changed(): void {
    this.work = null;
    this.grid = null;
    this.isStale = true;
    this.movedAt = 0;
    this.tick();
  }

  /** Only what lies over the drawing has changed: the focus, a path. */
  touched(): void {
    this.tick();
  }

  setLook(look: Look): void {
    this.look = look;
    this.changed();
  }

  fit(): void {
    const scene = this.model.scene();
    this.camera = fitted(this.camera, scene.x, scene.y);
    this.changed();
  }

  pan(dx: number, dy: number): void {
    this.go(panned(this.camera, dx, dy));
  }

  zoom(factor: number, x = this.camera.width / 2, y = this.camera.height / 2): void {
    this.go(zoomed(this.camera, factor, x, y));
  }

  /** Where one stands on the screen. */
  spot(id: string): { id: string; x: number; y: number } {
    const node = this.model.node(id);
    return { id, x: seenX(this.camera, node.x), y: seenY(this.camera, node.y) };
  }

  /** Brings one into the middle when it stands outside or at the rim. */
  show(id: string): void {
    const { x, y } = this.spot(id);
    const { width, height } = this.camera;
    if (x < 40 || y < 40 || x > width - 40 || y > height - 40) {
      this.pan(width / 2 - x, height / 2 - y);
    }
  }

  get isAtRest(): boolean {
    return this.work === null && !this.isStale && this.frame === 0;
  }

  private go(camera: Camera): void {
    this.camera = camera;
    this.isStale = true;
    this.movedAt = performance.now();
    this.tick();
  }

  private resize(): void {
    const width = Math.max(1, this.canvas.clientWidth);
    const height = Math.max(1, this.canvas.clientHeight);
    const dense = this.dense;
    if (this.canvas.width !== Math.round(width * dense) || this.canvas.height !== Math.round(height * dense)) {
      this.canvas.width = Math.round(width * dense);
      this.canvas.height = Math.round(height * dense);
      this.camera = { ...this.camera, width, height };
      this.changed();
    }
  }

  private get dense(): number {
    return Math.min(2, Math.max(1, devicePixelRatio || 1));
  }

  private tick(): void {
    if (this.frame !== 0 || this.end.signal.aborted) {
      return;
    }
    if (this.isFirst) {  // nothing is seen yet that a frame could move: no frame is waited for
      this.frame = -1;
      setTimeout(() => { if (!this.end.signal.aborted) this.draw(); });
    } else {
      this.frame = requestAnimationFrame(() => this.draw());
    }
  }

  /** Whether the first full drawing of anybody is under way. */
  private get isFirst(): boolean {
    return this.isEmpty && this.work !== null;
  }

  private draw(): void {
    this.frame = 0;
    const now = performance.now();
    if (this.work === null && this.isStale && (now - this.movedAt > REST || this.isBlank())) {
      this.begin();
    }
    if (this.work !== null) {
      this.goOn(now);
    }
    if (!this.isFirst) {
      this.compose();
    }
    if (this.work !== null || this.isStale) {
      this.tick();
    }
  }

  /** Whether the bitmap shows too little of what is looked at, or too coarsely. */
  private isBlank(): boolean {
    const held = this.front.camera;
    if (held === null) {
      return true;
    }
    const ratio = this.camera.scale / held.scale;
    const dx = Math.abs(this.camera.x - held.x) * this.camera.scale;
    const dy = Math.abs(this.camera.y - held.y) * this.camera.scale;
    return ratio > 1.9 || ratio < 0.62 || dx > this.camera.width * RIM * ratio * 0.7
      || dy > this.camera.height * RIM * ratio * 0.7;
  }

  private begin(): void {
    const { width, height } = this.camera;
    const camera = { ...this.camera, width: width * (1 + 2 * RIM), height: height * (1 + 2 * RIM) };
    const { canvas, ctx } = this.back;
    const dense = this.dense;
    if (canvas.width !== Math.round(camera.width * dense) || canvas.height !== Math.round(camera.height * dense)) {
      canvas.width = Math.round(camera.width * dense);
      canvas.height = Math.round(camera.height * dense);
    }
    ctx.setTransform(dense, 0, 0, dense, 0, 0);
    this.back.camera = camera;
    this.begun = new Map();
    this.isStale = false;
    this.work = drawing(ctx, this.model.scene(), camera, {
      look: this.look, said: this.told.said, drawn: this.begun,
    });
  }

  private goOn(begun: number): void {
    const budget = this.isFirst ? FIRST : BUDGET;
    while (this.work !== null && performance.now() - begun < budget) {
      const { done } = this.work.next();
      this.back.ctx.getImageData(0, 0, 1, 1);  // paints now what was only noted, or one frame has it all
      if (done === true) {
        this.work = null;
        this.labels = this.begun;
        this.drawings += 1;
        this.isEmpty &&= this.model.size === 0;
        [this.front, this.back] = [this.back, this.front];
      }
    }
  }

  private compose(): void {
    const { ctx, camera } = this;
    const dense = this.dense;
    ctx.setTransform(dense, 0, 0, dense, 0, 0);
    ctx.fillStyle = this.look.paper;
    ctx.fillRect(0, 0, camera.width, camera.height);
    const held = this.front.camera;
    if (held !== null) {
      const ratio = camera.scale / held.scale;
      const left = seenX(camera, placeX(held, 0));
      const top = seenY(camera, placeY(held, 0));
      ctx.imageSmoothingEnabled = false;
      ctx.drawImage(this.front.canvas, left, top, held.width * ratio, held.height * ratio);
    }
    this.over();
  }

  /** What lies over the drawing: the path that was asked for, who is marked, who has the focus. */
  private over(): void {
    const { ctx, camera, look } = this;
    const scene = this.model.scene();
    if (this.path.size > 0) {
      ctx.strokeStyle = look.act;
      ctx.lineWidth = 4;
      for (let n = 0; n < scene.links.length; n += 1) {
        const link = scene.links[n];
        if (link !== undefined && this.path.has(`${link.from}\u001f${link.to}`)) {
          ctx.beginPath();
          ctx.moveTo(seenX(camera, scene.x[scene.source[n] ?? 0] ?? 0), seenY(camera, scene.y[scene.source[n] ?? 0] ?? 0));
          ctx.lineTo(seenX(camera, scene.x[scene.target[n] ?? 0] ?? 0), seenY(camera, scene.y[scene.target[n] ?? 0] ?? 0));
          ctx.stroke();
        }
      }
    }
    for (const id of [this.marked, this.focus]) {
      const n = id === null ? undefined : scene.number.get(id);
      const node = n === undefined ? undefined : scene.nodes[n];
      if (n !== undefined && node !== undefined) {
        const x = seenX(camera, scene.x[n] ?? 0);
        const y = seenY(camera, scene.y[n] ?? 0);
        const radius = Math.max(6, radiusOf(camera.scale, scene.degree[n] ?? 0));
        mark(ctx, look, node, x, y, radius);
        ctx.setLineDash(id === this.marked && id !== this.focus ? [3, 3] : []);
        ring(ctx, x, y, radius + 7, look.act, 2);
        ctx.setLineDash([]);
      }
    }
  }

  private at(event: PointerEvent | WheelEvent): { x: number; y: number } {
    const box = this.canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  private under(x: number, y: number): string | null {
    const scene = this.model.scene();
    if (this.grid?.scene !== scene) {
      this.grid = { scene, grid: new Grid(scene, 48) };
    }
    const reach = REACH / this.camera.scale;
    const n = this.grid.grid.near(placeX(this.camera, x), placeY(this.camera, y), reach);
    return scene.ids[n] ?? null;
  }

  private linkUnder(x: number, y: number): Link | null {
    const scene = this.model.scene();
    const px = placeX(this.camera, x);
    const py = placeY(this.camera, y);
    let best: Link | null = null;
    let least = 6 / this.camera.scale;
    scene.links.forEach((link, n) => {
      const one = scene.source[n] ?? 0;
      const other = scene.target[n] ?? 0;
      const far = fromLine(px, py, scene.x[one] ?? 0, scene.y[one] ?? 0, scene.x[other] ?? 0, scene.y[other] ?? 0);
      if (far < least) {
        least = far;
        best = link;
      }
    });
    return best;
  }

  private down(event: PointerEvent): void {
    const at = this.at(event);
    this.canvas.setPointerCapture(event.pointerId);
    this.held.set(event.pointerId, at);
    this.hasMoved = false;
    const id = this.held.size === 1 ? this.under(at.x, at.y) : null;
    if (id !== null) {
      const { x, y } = this.model.node(id);
      this.drag = { id, ...at, back: () => { if (this.model.has(id)) this.model.place(id, x, y); } };
    } else {
      this.drag = null;
    }
  }

  private move(event: PointerEvent): void {
    const before = this.held.get(event.pointerId);
    if (before === undefined) {
      return;
    }
    const at = this.at(event);
    const dx = at.x - before.x;
    const dy = at.y - before.y;
    if (!this.hasMoved && Math.hypot(dx, dy) < 4) {
      return;
    }
    this.hasMoved = true;
    if (this.held.size === 2) {
      this.pinch(event.pointerId, at);
    } else if (this.drag !== null) {
      this.model.place(this.drag.id, placeX(this.camera, at.x), placeY(this.camera, at.y));
      this.focus = this.drag.id;
      this.touched();
    } else {
      this.pan(dx, dy);
    }
    this.held.set(event.pointerId, at);
  }

  private pinch(moved: number, at: { x: number; y: number }): void {
    const other = [...this.held].find(([id]) => id !== moved)?.[1];
    const before = this.held.get(moved);
    if (other !== undefined && before !== undefined) {
      const was = Math.hypot(before.x - other.x, before.y - other.y);
      const is = Math.hypot(at.x - other.x, at.y - other.y);
      this.zoom(is / Math.max(was, 1), (at.x + other.x) / 2, (at.y + other.y) / 2);
    }
  }

  private up(event: PointerEvent): void {
    const at = this.at(event);
    this.held.delete(event.pointerId);
    if (this.drag !== null && this.hasMoved) {
      this.told.moved(this.drag.id, this.drag.back);
      this.changed();
    } else if (!this.hasMoved && event.type === "pointerup") {
      const id = this.under(at.x, at.y);
      this.told.chosen(id);
      this.told.linked(id === null ? this.linkUnder(at.x, at.y) : null);
    }
    this.drag = null;
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault();
    const at = this.at(event);
    this.zoom(Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.0016)), at.x, at.y);
  }
}

function bitmap(): Bitmap {
  const canvas = document.createElement("canvas");
  const ctx = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  if (ctx === null) {
    throw new Error("no canvas");
  }
  return { canvas, ctx, camera: null };
}
