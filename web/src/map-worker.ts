// What MapLibre does beside the page: it cuts the basemap into tiles.

import "maplibre-gl/dist/maplibre-gl-csp-worker.js";
