// A chart as a file: PNG or SVG, with its caption and handling codes burned in.

import { fitted, seenX, seenY, type Camera } from "./camera";
import { drawing, radiusOf } from "./drawing";
import type { Look } from "./look";
import type { Model } from "./model";
import { directionOf, seen } from "./seen";
import { CORNERS, CRIME, TERROR, WIDTHS, dashOf, shapeOf, widthOf } from "./shapes";

export interface Caption { readonly lines: readonly string[]; readonly handling: readonly string[] }

const WIDE = 2000;
const HIGH = 1400;
const LINE = 22;

function frameOf(model: Model, caption: Caption, way: 1 | -1): { camera: Camera; foot: number } {
  const foot = 24 + LINE * (caption.lines.length + 1);
  const scene = model.scene();
  const camera = fitted({ x: 0, y: 0, scale: 1, width: WIDE, height: HIGH - foot, way }, scene.x, scene.y, 2);
  return { camera, foot };
}

/** Draws the whole chart on a canvas and returns it as PNG. */
export async function png(
  model: Model, look: Look, caption: Caption, said: (channel: string) => string, way: 1 | -1,
): Promise<Blob> {
  const canvas = document.createElement("canvas");
  canvas.width = WIDE;
  canvas.height = HIGH;
  const ctx = canvas.getContext("2d", { alpha: false });
  if (ctx === null) {
    throw new Error("no canvas");
  }
  ctx.fillStyle = look.paper;
  ctx.fillRect(0, 0, WIDE, HIGH);
  const { camera, foot } = frameOf(model, caption, way);
  for (const _portion of drawing(ctx, model.scene(), camera, { look, said })) {
    await new Promise((resolve) => { setTimeout(resolve, 0); });
  }
  ctx.fillStyle = look.paper;
  ctx.fillRect(0, HIGH - foot, WIDE, foot);
  ctx.fillStyle = look.ink;
  ctx.textAlign = way === 1 ? "left" : "right";
  ctx.direction = way === 1 ? "ltr" : "rtl";
  const x = way === 1 ? 24 : WIDE - 24;
  ctx.font = `600 18px ${look.font}`;
  ctx.fillText(caption.handling.map(seen).join("   "), x, HIGH - foot + LINE);
  ctx.font = `16px ${look.font}`;
  caption.lines.forEach((line, n) => ctx.fillText(seen(line), x, HIGH - foot + LINE * (n + 2)));
  return await new Promise((resolve, reject) => {
    canvas.toBlob((blob) => { if (blob === null) reject(new Error("no picture")); else resolve(blob); }, "image/png");
  });
}

function safe(text: string): string {
  return seen(text).replace(/[&<>"']/gu, (one) => `&#${one.charCodeAt(0)};`);
}

function points(corners: readonly (readonly [number, number])[], x: number, y: number, r: number): string {
  return corners.map(([cx, cy]) => `${(x + cx * r).toFixed(1)},${(y + cy * r).toFixed(1)}`).join(" ");
}

/** Returns the whole chart as SVG that stands alone. */
export function svg(
  model: Model, look: Look, caption: Caption, said: (channel: string) => string, way: 1 | -1,
): string {
  const scene = model.scene();
  const { camera, foot } = frameOf(model, caption, way);
  const out = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDE} ${HIGH}" width="${WIDE}" height="${HIGH}" role="img" font-family="system-ui, sans-serif">`,
    `<title>${safe(caption.lines[0] ?? "")}</title>`,
    `<rect width="${WIDE}" height="${HIGH}" fill="${safe(look.paper)}"/>`,
  ];
  scene.links.forEach((link, n) => {
    const [ax, ay] = at(camera, scene.x[scene.source[n] ?? 0], scene.y[scene.source[n] ?? 0]);
    const [bx, by] = at(camera, scene.x[scene.target[n] ?? 0], scene.y[scene.target[n] ?? 0]);
    const dash = dashOf(link.kind).join(" ");
    const text = `${link.channels.map(said).join(", ")} ×${link.count} ${link.interval.filter((day) => day !== null).join(" – ")}`;
    out.push(`<line x1="${ax}" y1="${ay}" x2="${bx}" y2="${by}" stroke="${safe(look.muted)}" stroke-width="${WIDTHS[widthOf(link.strength)]}"${dash === "" ? "" : ` stroke-dasharray="${dash}"`}><title>${safe(text)}</title></line>`);
  });
  scene.nodes.forEach((node, n) => {
    const [x, y] = at(camera, scene.x[n], scene.y[n]);
    const r = radiusOf(camera.scale, scene.degree[n] ?? 0);
    const colour = node.anchor === "terror" ? look.terror : node.anchor === null ? look.second : look.crime;
    const fill = safe(node.is_hub ? look.paper : colour);
    const stroke = safe(node.anchor === null ? look.ink : colour);
    const corners = CORNERS[shapeOf(node.schema)];
    const px = Number(x);
    const py = Number(y);
    out.push(corners === null
      ? `<circle cx="${x}" cy="${y}" r="${r.toFixed(1)}" fill="${fill}" stroke="${stroke}"/>`
      : `<polygon points="${points(corners, px, py, r)}" fill="${fill}" stroke="${stroke}"/>`);
    if (node.anchor !== null) {
      const inner = node.anchor === "terror" ? [TERROR] : node.anchor === "dual" ? [TERROR, CRIME] : [CRIME];
      for (const one of inner) {
        out.push(`<polygon points="${points(one, px, py, r)}" fill="${safe(node.is_hub ? colour : look.paper)}"/>`);
      }
    }
    if (node.is_protected) {
      out.push(`<circle cx="${x}" cy="${y}" r="${(r + 3.5).toFixed(1)}" fill="none" stroke="${safe(look.guard)}" stroke-width="2"/>`);
    }
    out.push(`<text x="${x}" y="${(py + r + 14).toFixed(1)}" text-anchor="middle" font-size="12" direction="${directionOf(node.label)}" fill="${safe(look.ink)}">${safe(node.label)}</text>`);
  });
  const x = way === 1 ? 24 : WIDE - 24;
  const from = `x="${x}" text-anchor="start" direction="${way === 1 ? "ltr" : "rtl"}" fill="${safe(look.ink)}"`;
  out.push(`<rect y="${HIGH - foot}" width="${WIDE}" height="${foot}" fill="${safe(look.paper)}"/>`);
  out.push(`<text ${from} y="${HIGH - foot + LINE}" font-size="18" font-weight="600">${safe(caption.handling.join("   "))}</text>`);
  caption.lines.forEach((line, n) => {
    out.push(`<text ${from} y="${HIGH - foot + LINE * (n + 2)}" font-size="16">${safe(line)}</text>`);
  });
  return `${out.join("\n")}\n</svg>\n`;
}

function at(camera: Camera, x: number | undefined, y: number | undefined): [string, string] {
  return [seenX(camera, x ?? 0).toFixed(1), seenY(camera, y ?? 0).toFixed(1)];
}

/** Has the browser keep a file. */
export function give(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1_000);
}
