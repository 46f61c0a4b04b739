// <mln-map>: the places of a page on a map that moves. The page has the places, a picture and a table
// of them; this element takes the picture's place where WebGL draws, and says so where it does not.

import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import type maplibregl from "maplibre-gl";

import { onLook } from "./parts/look";
import { ground, NEAREST, WORLD, type World } from "./parts/places/ground";
import { Marks } from "./parts/places/marks";
import { boundsOf, type Group, type Place } from "./parts/places/place";
import { seen } from "./parts/seen";
import { Words, read } from "./parts/words";

type Gl = typeof maplibregl;

/** Rows of a mark that stand beside the map; the table has all. */
const BESIDE = 30;
const NAMES = 3;

export class Places extends LitElement {
  static override properties = { problem: { state: true }, chosen: { state: true }, isReady: { state: true }, caption: { state: true } };

  private declare problem: string;
  private declare chosen: readonly Place[];
  declare isReady: boolean;
  private declare caption: string;
  map: maplibregl.Map | null = null;
  marks: Marks | null = null;
  private words = new Words({}, "en");
  private names: Readonly<Record<string, string>> = {};
  private places: readonly Place[] = [];
  private endings: (() => void)[] = [];

  constructor() {
    super();
    this.problem = "";
    this.chosen = [];
    this.isReady = false;
    this.caption = "";
  }

  override createRenderRoot(): this {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.words = new Words(read(this, "words", {}), document.documentElement.lang);
    this.names = read(this, "names", {});
    this.places = read(this, "places", []);
    const show = (event: MouseEvent): void => this.shown(event);
    document.addEventListener("click", show);
    this.endings = [() => document.removeEventListener("click", show)];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const end of this.endings) {
      end();
    }
    this.map?.remove();
    this.map = null;
    this.marks = null;
    this.isReady = false;
    plain(true);
  }

  protected override firstUpdated(_changed: PropertyValues): void {
    void this.begin();
  }

  private async begin(): Promise<void> {
    if (!drawsGl()) {
      this.problem = this.words.say("no moving map");
      return;
    }
    try {
      const gl = await library();
      const world = await (await fetch(WORLD)).json() as World;
      if (this.isConnected && this.map === null) {
        this.open(gl, world);
      }
    } catch {
      this.failed();
    }
  }

  private open(gl: Gl, world: World): void {
    const stage = this.querySelector<HTMLElement>(".map-stage");
    if (stage === null) {
      return;
    }
    const said = [...new Set(this.places.filter((one) => !one.exact).map((one) => one.country))];
    stage.hidden = false;
    const map = new gl.Map({
      container: stage, style: ground(this, world, said), attributionControl: false, renderWorldCopies: false,
      dragRotate: false, pitchWithRotate: false, touchPitch: false, maxZoom: NEAREST, fadeDuration: 0,
      locale: { "Map.Title": this.words.say("stage") }, bounds: boundsOf(this.places), fitBoundsOptions: FIT,
    });
    this.map = map;
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();
    map.on("error", () => this.failed());
    this.marks = new Marks(map, this.places, {
      label: (group) => this.label(group), country: (code) => this.names[code] ?? code,
      choose: (group) => { this.chosen = group.places; this.marks?.choose(group.first); },
    });
    this.marks.countries = world.features.map((one) => one.properties).filter((one) => one.code !== "");
    this.endings.push(onLook(() => map.setStyle(ground(this, world, said))));
    map.on("idle", () => { this.isReady = true; this.caption = this.scale(map); });
    plain(false);
  }

  /** How wide the map is at its middle, and where that lies. */
  private scale(map: maplibregl.Map): string {
    const { clientWidth: wide, clientHeight: high } = map.getContainer();
    const km = map.unproject([0, high / 2]).distanceTo(map.unproject([wide / 2, high / 2])) / 500;
    const digits = 10 ** Math.max(0, Math.floor(Math.log10(km)) - 1);
    const found = map.queryRenderedFeatures([wide / 2, high / 2], { layers: ["land"] });
    const name = this.names[String(found[0]?.properties["code"] ?? "")] ?? "";
    const n = Math.max(1, Math.round(km / digits) * digits);
    return name === "" ? this.words.say("wide", { n }) : this.words.say("wide in", { n, name });
  }

  /** Says that there is no moving map; the picture that was there before is there again. */
  private failed(): void {
    this.map?.remove();
    this.map = null;
    this.marks = null;
    this.problem = this.words.say("failed");
    plain(true);
  }

  /** A number of the table was pressed: its place is shown. */
  private shown(event: MouseEvent): void {
    const link = event.target instanceof Element ? event.target.closest<HTMLElement>("a[data-place]") : null;
    const place = this.places.find((one) => String(one.n) === link?.dataset["place"]);
    if (place === undefined || this.map === null) {
      return;
    }
    event.preventDefault();
    this.scrollIntoView({ block: "nearest" });
    this.map.jumpTo({ center: [place.x, place.y], zoom: Math.max(this.map.getZoom(), 4) });
    this.chosen = this.marks?.groupOf(place)?.places ?? [place];
    this.marks?.choose(place);
    this.map.getCanvas().focus({ preventScroll: true });
  }

  private label(group: Group): string {
    const w = this.words;
    const [one] = group.places;
    if (group.places.length === 1 && one !== undefined) {
      return w.say("one", { name: seen(one.who), what: this.what(one) });
    }
    const names = [...new Set(group.places.map((place) => seen(place.who)))];
    const more = names.length > NAMES ? " …" : "";
    return w.say("several", { n: group.places.length, names: names.slice(0, NAMES).join(", ") + more });
  }

  private what(place: Place): string {
    const w = this.words;
    return place.exact ? seen(place.name) || w.say("exact") : w.say("country", { country: this.names[place.country] ?? place.country });
  }

  private whole(): void {
    this.map?.fitBounds(boundsOf(this.places), { ...FIT, animate: false });
  }

  private closer(): void {
    this.map?.fitBounds(boundsOf(this.chosen), { ...FIT, maxZoom: Math.min(NEAREST, this.map.getZoom() + 3), animate: false });
  }

  override render(): TemplateResult {
    const w = this.words;
    if (this.problem !== "") {
      return html`<p class="told" role="status">${this.problem}</p>`;
    }
    const quiet = (key: string, act: () => void): TemplateResult =>
      html`<button type="button" class="quiet" ?disabled=${!this.isReady} @click=${act}>${w.say(key)}</button>`;
    return html`
      <div class="map-tools" role="group" aria-label=${w.say("tools")}>
        ${quiet("nearer", () => this.map?.zoomIn())}${quiet("farther", () => this.map?.zoomOut())}${quiet("whole", () => this.whole())}
      </div>
      <div class="map-frame"><div><div class="map-stage" hidden></div><p class="map-scale second">${this.caption}</p></div>
        <div class="map-side" aria-live="polite">${this.side(w)}</div></div>`;
  }

  private side(w: Words): TemplateResult {
    if (this.chosen.length === 0) {
      return html`<p class="muted">${w.say("none chosen")}</p>`;
    }
    const language = this.getAttribute("language") ?? "en";
    const rest = this.chosen.length - BESIDE;
    return html`<h2>${w.say("chosen", { n: this.chosen.length })}</h2>
      <ul class="facts">${this.chosen.slice(0, BESIDE).map((one) => html`<li>
        <a href="/${language}/record?id=${encodeURIComponent(one.record)}"><bdi>${seen(one.who)}</bdi></a><br>
        <bdi>${this.what(one)}</bdi> <a class="muted" href="#place-${one.n}">${w.say("row", { n: one.n })}</a></li>`)}</ul>
      ${rest > 0 ? html`<p class="muted">${w.say("more", { n: rest })}</p>` : nothing}
      ${this.chosen.length > 1 ? html`<button type="button" class="quiet" @click=${() => this.closer()}>${w.say("closer")}</button>` : nothing}`;
  }
}

const FIT = { padding: 50, maxZoom: 5 };

/** Whether this browser draws with WebGL; what was asked for that is given back at once. */
function drawsGl(): boolean {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("webgl2") ?? canvas.getContext("webgl");
  context?.getExtension("WEBGL_lose_context")?.loseContext();
  return context !== null;
}

/** Brings the library, once a page, where it is needed. */
async function library(): Promise<Gl> {
  const held = globalThis as unknown as { maillonGl?: Gl };
  const place = "/static/map-gl.js";
  await import(place);
  if (held.maillonGl === undefined) {
    throw new Error("no library");
  }
  return held.maillonGl;
}

/** Shows or hides the picture that stands where this one does not. */
function plain(isShown: boolean): void {
  document.getElementById("map-plain")?.toggleAttribute("hidden", !isShown);
}

customElements.define("mln-map", Places);
