// The ground under the places: the basemap's style in the colours of the page.

import type { StyleSpecification } from "maplibre-gl";

import type { Middle } from "./marks";

export const WORLD = "/static/world.geojson";
/** Past this the basemap says less than it seems to. */
export const NEAREST = 9;

/** The basemap: a country a feature. */
export type World = GeoJSON.FeatureCollection<GeoJSON.MultiPolygon, Middle>;

interface Colours { readonly sea: string; readonly land: string; readonly border: string; readonly said: string }

/** The colours of the page as it is now, in a form that any library reads; system colours where they are forced. */
function colours(element: Element): Colours {
  const style = getComputedStyle(element);
  const paint = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const read = (text: string): string => {
    if (paint === null) {
      return "#888";
    }
    paint.clearRect(0, 0, 1, 1);
    paint.fillStyle = text;
    paint.fillRect(0, 0, 1, 1);
    const [r, g, b] = paint.getImageData(0, 0, 1, 1).data;
    return `rgb(${r}, ${g}, ${b})`;
  };
  const token = (name: string): string => read(style.getPropertyValue(name).trim());
  if (matchMedia("(forced-colors: active)").matches) {
    return { sea: read("Canvas"), land: read("Canvas"), border: read("CanvasText"), said: read("Highlight") };
  }
  if (matchMedia("(prefers-contrast: more)").matches) {
    return { sea: token("--paper"), land: token("--paper-2"), border: token("--ink"), said: token("--act") };
  }
  return { sea: token("--paper"), land: token("--line"), border: token("--paper"), said: token("--act") };
}

/** Returns the style: the sea, the land, the countries that are said, the borders. */
export function ground(element: Element, world: World, said: readonly string[]): StyleSpecification {
  const { sea, land, border, said: tint } = colours(element);
  const isSaid = ["in", ["get", "code"], ["literal", [...said]]];
  return {
    version: 8,
    sources: { world: { type: "geojson", data: world, tolerance: 0.2 } },
    layers: [
      { id: "sea", type: "background", paint: { "background-color": sea } },
      { id: "land", type: "fill", source: "world", paint: { "fill-color": land } },
      { id: "said", type: "fill", source: "world", filter: isSaid as never, paint: { "fill-color": tint, "fill-opacity": 0.3 } },
      { id: "borders", type: "line", source: "world", paint: { "line-color": border, "line-width": 1 } },
    ],
  };
}
