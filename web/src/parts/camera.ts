// Where the chart is looked at from. In a page from right to left the chart is mirrored, places
// are not: what is saved reads the same in every language.

export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
  readonly width: number;
  readonly height: number;
  readonly way: 1 | -1;
}

export const LEAST = 0.004;
export const MOST = 6;

export function seenX(camera: Camera, x: number): number {
  return (x - camera.x) * camera.scale * camera.way + camera.width / 2;
}

export function seenY(camera: Camera, y: number): number {
  return (y - camera.y) * camera.scale + camera.height / 2;
}

export function placeX(camera: Camera, x: number): number {
  return (x - camera.width / 2) / (camera.scale * camera.way) + camera.x;
}

export function placeY(camera: Camera, y: number): number {
  return (y - camera.height / 2) / camera.scale + camera.y;
}

/** The camera after it went by so many pixels, as a hand draws the paper. */
export function panned(camera: Camera, dx: number, dy: number): Camera {
  return {
    ...camera, x: camera.x - dx / (camera.scale * camera.way), y: camera.y - dy / camera.scale,
  };
}

/** The camera nearer or farther, with what is under a point of the screen staying there. */
export function zoomed(camera: Camera, factor: number, x: number, y: number): Camera {
  const scale = Math.max(LEAST, Math.min(MOST, camera.scale * factor));
  const px = placeX(camera, x);
  const py = placeY(camera, y);
  return {
    ...camera, scale,
    x: px - (x - camera.width / 2) / (scale * camera.way), y: py - (y - camera.height / 2) / scale,
  };
}

/** The camera from which all places are seen. */
export function fitted(camera: Camera, xs: Float64Array, ys: Float64Array, most = 1.4): Camera {
  if (xs.length === 0) {
    return { ...camera, x: 0, y: 0, scale: 1 };
  }
  let left = Infinity;
  let right = -Infinity;
  let top = Infinity;
  let bottom = -Infinity;
  for (let n = 0; n < xs.length; n += 1) {
    left = Math.min(left, xs[n] ?? 0);
    right = Math.max(right, xs[n] ?? 0);
    top = Math.min(top, ys[n] ?? 0);
    bottom = Math.max(bottom, ys[n] ?? 0);
  }
  const margin = 64;
  const wide = Math.max(camera.width - 2 * margin, 40) / Math.max(right - left, 1);
  const high = Math.max(camera.height - 2 * margin, 40) / Math.max(bottom - top, 1);
  const scale = Math.max(LEAST, Math.min(most, wide, high));
  return { ...camera, x: (left + right) / 2, y: (top + bottom) / 2, scale };
}
