// MapLibre itself, brought by map.ts where a browser can draw with WebGL; its build without eval.

import { begun } from "./parts/places/probe";
import maplibregl from "maplibre-gl/dist/maplibre-gl-csp.js";

begun();
maplibregl.setWorkerUrl("/static/map-worker.js");
maplibregl.setWorkerCount(1);
(globalThis as unknown as { maillonGl: typeof maplibregl }).maillonGl = maplibregl;
