// <mln-chart>: who is linked to whom, as a picture that is walked by hand or by keys, with a table
// that says the same. Everything on it comes from /api/v1 under the session; where there is no
// canvas there is the table alone.

import { LitElement, html, nothing, type TemplateResult } from "lit";

import { Asking, Problem, newKey } from "./parts/asking";
import type { Forces } from "./parts/forces";
import { Laying } from "./parts/forces";
import { added, expanded, type Counts, type Portion } from "./parts/growing";
import { lookOf, onLook } from "./parts/look";
import { Model, around, type Link } from "./parts/model";
import { chosenPanel, expandPanel, keys, legend, linkPanel, type Acts, type Progress } from "./parts/panels";
import { give, png, svg, type Caption } from "./parts/picture";
import { seen } from "./parts/seen";
import type { Window } from "./parts/spans";
import { Stage } from "./parts/stage";
import { twinOf, type Twin } from "./parts/twin";
import { Undo } from "./parts/undo";
import { step } from "./parts/walking";
import { Words, read } from "./parts/words";
import type { Timeline } from "./timeline";

interface Start {
  ids: string[]; places: Record<string, [number, number]>; chart: string; around: string;
}
interface Opened extends Portion { chart: string; revision: number; title: string }
interface Path { hops: { from: string; to: string }[] }

const LAYING = 2_000;
const FEW = 30;
const LEAST_WORKER = 60;

export class Chart extends LitElement {
  static override properties = {
    turn: { state: true }, isTable: { state: true }, chosen: { state: true }, counts: { state: true },
    progress: { state: true }, said: { state: true }, problem: { state: true }, twin: { state: true },
    link: { state: true }, title_: { state: true }, found: { state: true },
  };

  /** Who stands on it; for tests and other islands. */
  readonly model = new Model();
  readonly undo = new Undo();
  stage: Stage | null = null;
  private declare turn: number;
  private declare isTable: boolean;
  private declare chosen: string | null;
  private declare counts: Counts | null;
  private declare progress: Progress | null;
  private declare said: string;
  private declare problem: string;
  private declare twin: Twin;
  private declare link: Link | null;
  private declare title_: string;
  private declare found: { id: string; caption: string; schema: string }[] | null;
  private words = new Words({}, "en");
  private asking = new Asking("");
  private language = "en";
  private saved = { chart: "", revision: 0 };
  private codes = new Set<string>();
  private asOf = "";
  private marked: string | null = null;
  private trail: string[] = [];
  private stopping: AbortController | null = null;
  private worker: Worker | null = null;
  private ends: (() => void)[] = [];
  private isBegun = false;

  constructor() {
    super();
    this.turn = 0;
    this.isTable = false;
    this.chosen = null;
    this.counts = null;
    this.progress = null;
    this.said = "";
    this.problem = "";
    this.twin = { nodesFrom: 0, linksFrom: 0, filter: "" };
    this.link = null;
    this.title_ = "";
    this.found = null;
  }

  override createRenderRoot(): this {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.words = new Words(read(this, "words", {}), document.documentElement.lang);
    this.asking = new Asking(this.getAttribute("csrf") ?? "");
    this.language = this.getAttribute("language") ?? "en";
    const time = this.timeline;
    if (time !== null) {
      const listen = (event: Event): void => this.inWindow((event as CustomEvent<Window | null>).detail);
      time.addEventListener("mln-window", listen);
      this.ends.push(() => time.removeEventListener("mln-window", listen));
    }
    if (!this.isBegun) {
      this.isBegun = true;
      void this.begin();
    }
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stopping?.abort();
    this.worker?.terminate();
    this.worker = null;
    this.stage?.destroy();
    this.stage = null;
    for (const end of this.ends.splice(0)) {
      end();
    }
  }

  /** Whether all that was asked for is there and drawn. */
  get isAtRest(): boolean {
    return this.progress === null && this.worker === null && (this.stage?.isAtRest ?? true);
  }

  private get timeline(): Timeline | null {
    return document.querySelector<Timeline>(`mln-timeline[for="${CSS.escape(this.id)}"]`);
  }

  private get way(): 1 | -1 {
    return document.documentElement.dir === "rtl" ? -1 : 1;
  }

  override updated(): void {
    const canvas = this.querySelector<HTMLCanvasElement>("canvas");
    if (canvas === null) {
      this.stage?.destroy();
      this.stage = null;
    } else if (this.stage === null) {
      this.setUp(canvas);
    }
  }

  private setUp(canvas: HTMLCanvasElement): void {
    try {
      const ctx = canvas.getContext("2d", { alpha: false });
      if (ctx === null) {
        throw new Error("no canvas");
      }
      const stage = new Stage(canvas, ctx, this.model, lookOf(this), {
        chosen: (id) => this.choose(id),
        linked: (link) => { this.link = link; },
        opened: (id) => { void this.expand(id); },
        moved: (id, back) => this.did("move", () => { back(); this.redraw(); }, id),
        said: (channel) => this.words.say(`channel ${channel}`),
      }, this.way);
      this.stage = stage;
      stage.focus = this.chosen;
      stage.marked = this.marked;
      this.ends.push(onLook(() => { this.stage?.setLook(lookOf(this)); }));
      stage.fit();
    } catch {
      this.problem = this.words.say("no picture");
      this.isTable = true;
      this.toggleAttribute("data-no-picture", true);
    }
  }

  // -- what is asked of the service

  private async begin(): Promise<void> {
    const start = read<Start>(this, "start", { ids: [], places: {}, chart: "", around: "" });
    document.querySelector("#chart-plain")?.toggleAttribute("hidden", true);
    await this.doing(async () => {
      if (start.chart !== "") {
        const { body } = await this.asking.ask<Opened>("GET", `/charts/${start.chart}`);
        this.saved = { chart: body.chart, revision: body.revision };
        this.title_ = body.title;
        this.told(body);
        await added(this.model, body, (n) => around(0, 0, n));
        this.arrived(false);
      } else if (start.ids.length > 0) {
        const { body } = await this.asking.ask<Portion>("POST", "/charts/shown", { ids: start.ids });
        this.told(body);
        const placed = Object.keys(start.places).length > 0;
        await added(this.model, body, (n, one) => start.places[one.id] ?? around(0, 0, n));
        this.arrived(!placed);
        await this.firstNeighbours(body, start);
      }
    });
  }

  private async firstNeighbours(body: Portion, start: Start): Promise<void> {
    const first = body.nodes[0];
    if (start.around === "" || first === undefined) {
      return;
    }
    this.choose(first.id);
    if (first.links <= FEW) {
      await this.add(first.id, [], FEW);
      this.undo.clear();
    } else {
      await this.expand(first.id);
    }
  }

  /** Does something that may be refused, and says so on the page. */
  private async doing(act: () => Promise<void>): Promise<void> {
    this.problem = "";
    try {
      await act();
    } catch (error) {
      if (error instanceof Problem) {
        this.problem = error.status === 412 ? this.words.say("stale")
          : error.status === 401 ? this.words.say("session over") : error.message;
      } else if (!(error instanceof DOMException && error.name === "AbortError")) {
        this.problem = this.words.say("failed");
        console.info(error);
      }
    }
  }

  private told(portion: Portion): void {
    portion.codes.forEach((code) => this.codes.add(code));
    this.asOf = portion.as_of;
  }

  /** Counts first: what is around one. */
  async expand(id: string): Promise<void> {
    this.choose(id);
    await this.doing(async () => {
      const { body } = await this.asking.ask<Counts>("POST", "/charts/around", { entity: id, limit: 0 });
      this.counts = body;
      await this.updateComplete;
      this.querySelector<HTMLElement>("#mln-expand")?.focus();
    });
  }

  /** Adds neighbours chunk by chunk; cancelled, what came stays, as one step to take back. */
  async add(id: string, types: readonly string[], top: number): Promise<void> {
    this.stopping?.abort();
    const stopping = this.stopping = new AbortController();
    const held = new Set(this.model.ids());
    this.progress = { done: 0, of: top };
    await this.doing(async () => {
      await expanded(this.asking, this.model, id, { types, top }, (done, of, portion) => {
        this.told(portion);
        this.progress = { done, of };
        this.redraw();
      }, stopping.signal);
    });
    this.progress = null;
    this.counts = null;
    const fresh = this.model.ids().filter((one) => !held.has(one));
    if (fresh.length > 0) {
      this.did("add", () => { this.model.drop(fresh); this.redraw(); }, id, fresh.length);
    }
    this.arrived(false);
  }

  private async search(words: string): Promise<void> {
    await this.doing(async () => {
      const { body } = await this.asking.ask<{ items: { id: string; caption: string; schema: string }[] }>(
        "GET", `/records?schema=LegalEntity&limit=10&q=${encodeURIComponent(words)}`);
      this.found = body.items;
    });
  }

  private async addOne(id: string): Promise<void> {
    await this.doing(async () => {
      const ids = [...this.model.ids(), id];
      const { body } = await this.asking.ask<Portion>("POST", "/charts/shown", { ids, fresh: [id] });
      this.told(body);
      const n = this.model.size;
      const fresh = await added(this.model, body, () => around(0, 0, n));
      const there = body.nodes[0]?.id;
      if (fresh.length > 0) {
        this.did("add", () => { this.model.drop(fresh); this.redraw(); }, fresh[0], 1);
      }
      this.found = null;
      this.arrived(false);
      if (there !== undefined) {
        this.choose(there);
      }
    });
  }

  private async between(one: string, other: string): Promise<void> {
    await this.doing(async () => {
      const { body } = await this.asking.ask<{ paths: Path[]; count: number; complete: boolean }>(
        "GET", `/paths?limit=3&one=${encodeURIComponent(one)}&other=${encodeURIComponent(other)}`);
      const hops = body.paths.flatMap((path) => path.hops);
      if (hops.length === 0) {
        this.said = this.words.say(body.complete ? "no path" : "no path found");
        return;
      }
      const ids = [...new Set(hops.flatMap((hop) => [hop.from, hop.to]))];
      const fresh = ids.filter((id) => !this.model.has(id));
      if (fresh.length > 0) {
        const shown = await this.asking.ask<Portion>("POST", "/charts/shown", { ids: [...this.model.ids(), ...ids], fresh });
        this.told(shown.body);
        const a = this.model.node(one);
        const b = this.model.node(other);
        const came = await added(this.model, shown.body, (n) => around((a.x + b.x) / 2, (a.y + b.y) / 2, n));
        this.did("path", () => { this.model.drop(came); this.redraw(); }, other, came.length);
      }
      if (this.stage !== null) {
        this.stage.path = new Set(hops.flatMap((hop) => [`${hop.from}\u001f${hop.to}`, `${hop.to}\u001f${hop.from}`]));
      }
      this.said = this.words.say("paths", { n: body.count });
      this.arrived(false);
    });
  }

  private async save(): Promise<void> {
    await this.doing(async () => {
      const nodes = this.model.scene().nodes.map(({ id, x, y, is_pinned, note }) => ({ id, x, y, is_pinned, note }));
      const body = { title: this.title_, nodes };
      const more = this.saved.chart === "" ? { key: newKey() } : { key: newKey(), seen: String(this.saved.revision) };
      const kept = await this.asking.ask<{ chart: string; revision: number }>(
        this.saved.chart === "" ? "POST" : "PUT",
        this.saved.chart === "" ? "/charts" : `/charts/${this.saved.chart}`, body, more);
      this.saved = { chart: kept.body.chart, revision: kept.body.revision };
      history.replaceState(null, "", `/${this.language}/chart?id=${kept.body.chart}`);
      this.said = this.words.say("saved");
    });
  }

  private async keepPicture(form: "png" | "svg"): Promise<void> {
    await this.doing(async () => {
      interface Noted { codes: string[]; as_of: string; agency: string; purpose: string; legal_basis: string }
      const { body } = await this.asking.ask<Noted>("POST", "/charts/pictures", { ids: this.model.ids(), form });
      const caption: Caption = {
        handling: body.codes, lines: [
          this.title_ === "" ? this.words.say("chart") : this.title_, this.captionText(body.as_of),
          this.words.say("kept under", { agency: body.agency, purpose: body.purpose, basis: body.legal_basis }),
          this.words.say("no guilt"),
        ],
      };
      const said = (channel: string): string => this.words.say(`channel ${channel}`);
      const look = lookOf(this);
      const blob = form === "png" ? await png(this.model, look, caption, said, this.way)
        : new Blob([svg(this.model, look, caption, said, this.way)], { type: "image/svg+xml" });
      give(blob, `chart.${form}`);
    });
  }

  // -- what is done to the chart

  private did(name: string, back: () => void, id?: string, n = 1): void {
    const caption = id !== undefined && this.model.has(id) ? seen(this.model.node(id).caption) : "";
    this.undo.did({ name: this.words.say(`did ${name}`, { name: caption, n }), back });
    this.turn += 1;
  }

  takeBack(): void {
    const name = this.undo.back();
    this.said = name === null ? this.words.say("nothing to undo") : this.words.say("undone", { name });
    if (this.chosen !== null && !this.model.has(this.chosen)) {
      this.choose(null);
    }
    this.redraw();
  }

  choose(id: string | null): void {
    if (this.chosen !== null && this.chosen !== id) {
      this.trail.push(this.chosen);
    }
    this.chosen = id;
    this.counts = null;
    this.link = null;
    if (this.stage !== null) {
      this.stage.focus = id;
      if (id !== null) {
        this.stage.show(id);
      }
      this.stage.touched();
    }
    if (id !== null) {
      const node = this.model.node(id);
      this.said = this.words.say("chosen", {
        name: seen(node.caption), kind: this.words.say(`schema ${node.schema}`),
        here: this.model.graph.degree(id), all: node.links,
      });
    }
  }

  private pin(id: string): void {
    const node = this.model.node(id);
    node.is_pinned = !node.is_pinned;
    this.did(node.is_pinned ? "pin" : "unpin", () => { node.is_pinned = !node.is_pinned; this.redraw(); }, id);
    this.redraw();
  }

  private hide(id: string): void {
    const next = this.model.neighbours(id)[0]?.id ?? null;
    let back = (): void => undefined;
    this.did("hide", () => { back(); this.redraw(); }, id);
    back = this.model.drop([id]);
    this.choose(next);
    this.redraw();
  }

  private mark(id: string): void {
    if (this.marked !== null && this.marked !== id && this.model.has(this.marked)) {
      void this.between(this.marked, id);
      this.marked = null;
    } else {
      this.marked = this.marked === id ? null : id;
      this.said = this.words.say(this.marked === null ? "path unmarked" : "path marked");
    }
    if (this.stage !== null) {
      this.stage.marked = this.marked;
      this.stage.touched();
    }
    this.turn += 1;
  }

  private inWindow(shown: Window | null): void {
    this.model.window(shown);
    this.redraw();
  }

  /** Lays everybody out anew but those who are pinned, in the worker where there is one. */
  lay(milliseconds = LAYING): void {
    const back = this.model.places();
    this.did("lay", () => { back(); this.redraw(); this.stage?.fit(); });
    const scene = this.model.scene();
    const forces: Forces = {
      x: Float32Array.from(scene.x), y: Float32Array.from(scene.y),
      fixed: Uint8Array.from(scene.nodes, (node) => node.is_pinned ? 1 : 0),
      source: scene.source, target: scene.target,
      weight: Float32Array.from(scene.links, (link) => 0.2 + link.strength),
    };
    this.worker?.terminate();
    this.worker = null;
    if (scene.ids.length < LEAST_WORKER || typeof Worker === "undefined") {
      this.laid(scene.ids, new Laying(forces).run(scene.ids.length < LEAST_WORKER ? 300 : 20));
      this.stage?.fit();
      return;
    }
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const worker = this.worker = new Worker("/static/chart-forces.js");
    worker.addEventListener("message", (event: MessageEvent<{ x: Float32Array; y: Float32Array; isDone: boolean }>) => {
      if (worker !== this.worker) {
        return;
      }
      if (event.data.isDone || !isStill) {
        this.laid(scene.ids, event.data);
        this.stage?.fit();
      }
      if (event.data.isDone) {
        worker.terminate();
        this.worker = null;
        this.turn += 1;
      }
    });
    worker.addEventListener("error", () => {
      worker.terminate();
      this.worker = null;
      this.laid(scene.ids, new Laying(forces).run(20));
      this.stage?.fit();
    });
    worker.postMessage({ forces, milliseconds });
  }

  private laid(ids: readonly string[], places: { x: Float32Array; y: Float32Array }): void {
    ids.forEach((id, n) => {
      if (this.model.has(id) && !this.model.node(id).is_pinned) {
        this.model.place(id, places.x[n] ?? 0, places.y[n] ?? 0);
      }
    });
    this.redraw();
  }

  private arrived(isUnplaced: boolean): void {
    if (isUnplaced && this.model.size > 2) {
      this.lay();
      this.undo.clear();
    }
    this.redraw();
    this.stage?.fit();
    const time = this.timeline;
    if (time !== null) {
      time.intervals = this.model.intervals();
    }
  }

  private redraw(): void {
    this.stage?.changed();
    this.turn += 1;
  }

  private focusStage(): void {
    this.querySelector<HTMLElement>(".stage")?.focus();
  }

  // -- keys

  private key(event: KeyboardEvent): void {
    const id = this.chosen;
    if (event.altKey || event.metaKey || (event.ctrlKey && event.key !== "z")) {
      return;
    }
    if (!this.keyed(event.key, id)) {
      return;
    }
    event.preventDefault();
  }

  private keyed(key: string, id: string | null): boolean {
    if (key.startsWith("Arrow")) {
      this.walk(key, id);
    } else if (key === "Home") {
      this.choose(this.first());
    } else if (key === "b") {
      const last = this.trail.pop();
      if (last !== undefined && this.model.has(last)) {
        this.choose(last);
        this.trail.pop();
      }
    } else if (key === "u" || key === "z") {
      this.takeBack();
    } else if (key === "t") {
      this.isTable = !this.isTable;
    } else if (key === "+" || key === "=" || key === "-") {
      this.stage?.zoom(key === "-" ? 1 / 1.3 : 1.3);
    } else if (key === "0") {
      this.stage?.fit();
    } else if (key === "?") {
      this.querySelector("#mln-keys")?.toggleAttribute("open");
    } else {
      return id !== null && this.keyedOne(key, id);
    }
    return true;
  }

  private keyedOne(key: string, id: string): boolean {
    if (key === "Enter") {
      location.assign(`/${this.language}/record?id=${encodeURIComponent(id)}`);
    } else if (key === "x") {
      void this.expand(id);
    } else if (key === "p") {
      this.pin(id);
    } else if (key === "m") {
      this.mark(id);
    } else if (key === "Delete" || key === "Backspace") {
      this.hide(id);
    } else {
      return false;
    }
    return true;
  }

  private walk(key: string, id: string | null): void {
    const { stage } = this;
    if (id === null || stage === null) {
      this.choose(this.first());
      return;
    }
    const near = this.model.neighbours(id).map((one) => stage.spot(one.id));
    const next = step(stage.spot(id), near, key);
    if (next === null) {
      this.said = this.words.say("no neighbour there");
    } else {
      this.choose(next);
    }
  }

  /** Who is begun with: an anchor, else whoever has the most links. */
  private first(): string | null {
    const scene = this.model.scene();
    let best: string | null = null;
    let most = -1;
    scene.nodes.forEach((node, n) => {
      const weight = (node.anchor === "terror" ? 2e6 : node.anchor === null ? 0 : 1e6) + (scene.degree[n] ?? 0);
      if (weight > most) {
        most = weight;
        best = node.id;
      }
    });
    return best;
  }

  // -- what is seen

  private captionText(day: string): string {
    return this.words.say("caption", {
      n: this.model.size, links: this.model.scene().links.length, day, missing: this.model.missing(),
    });
  }

  private get acts(): Acts {
    return {
      open: (id) => { this.keyedOne("Enter", id); },
      expand: (id) => { void this.expand(id); },
      pin: (id) => this.pin(id), hide: (id) => this.hide(id), mark: (id) => this.mark(id),
      note: (id, text) => {
        const node = this.model.node(id);
        const { note } = node;
        node.note = text;
        this.did("note", () => { node.note = note; }, id);
      },
      add: (types, top) => {
        if (this.counts !== null) {
          void this.add(this.counts.id, types, top).then(() => this.focusStage());
        }
      },
      cancel: () => this.stopping?.abort(),
      close: () => { this.counts = null; this.focusStage(); },
    };
  }

  override render(): TemplateResult {
    const w = this.words;
    return html`
      ${this.problem === "" ? nothing : html`<div class="errors" role="alert"><p>${this.problem}</p></div>`}
      ${this.tools(w)}
      ${this.found === null ? nothing : this.foundList(w)}
      <div class="chart-frame">
        ${this.isTable ? html`<div class="twin">${twinOf(this.model, w, this.twin, {
          choose: (id) => this.choose(id), expand: (id) => { void this.expand(id); },
          turn: (twin) => { this.twin = { ...this.twin, ...twin }; },
        }, this.language)}</div>`
        : html`<div class="stage" tabindex="0" role="application" aria-label=${w.say("stage")} aria-describedby="mln-said"
            @keydown=${(event: KeyboardEvent) => this.key(event)}><canvas aria-hidden="true"></canvas></div>`}
        <div class="side">${this.side(w)}</div>
      </div>
      <p class="chart-caption">${this.captionText(this.asOf)} ${[...this.codes].sort().map((code) => html`<span class="handling"><bdi>${code}</bdi></span> `)}</p>
      <p id="mln-said" class="said" role="status" aria-live="polite">${this.said}</p>
      ${legend(w)}${keys(w)}`;
  }

  private side(w: Words): TemplateResult | typeof nothing {
    if (this.counts !== null || this.progress !== null) {
      return this.counts === null
        ? html`<p>${w.say("added", { done: this.progress?.done ?? 0, of: this.progress?.of ?? 0 })}</p>`
        : expandPanel(w, this.counts, this.progress, this.acts);
    }
    if (this.link !== null) {
      return linkPanel(this.model, w, this.link);
    }
    if (this.chosen === null || !this.model.has(this.chosen)) {
      return html`<p class="muted">${this.model.size === 0 ? w.say("empty") : w.say("none chosen")}</p>`;
    }
    return chosenPanel(this.model, w, this.model.node(this.chosen), this.marked, this.acts, this.language);
  }

  private tools(w: Words): TemplateResult {
    const quiet = (key: string, act: () => void, isOff = false): TemplateResult =>
      html`<button type="button" class="quiet" ?disabled=${isOff} @click=${act}>${w.say(key)}</button>`;
    const submit = (event: SubmitEvent): void => {
      event.preventDefault();
      const text = String(new FormData(event.target as HTMLFormElement).get("q") ?? "").trim();
      if (text !== "") {
        void this.search(text);
      }
    };
    return html`<div class="tools">
      <form role="search" class="row" @submit=${submit}><label for="mln-q">${w.say("add by words")}</label>
        <input type="search" id="mln-q" name="q"><button class="quiet">${w.say("search")}</button></form>
      <div class="row" role="group" aria-label=${w.say("tools")}>
        ${this.hasAttribute("data-no-picture") ? nothing : html`<button type="button" class="quiet" aria-pressed=${this.isTable ? "true" : "false"} @click=${() => { this.isTable = !this.isTable; }}>${w.say("as table")}</button>`}
        ${quiet("lay out", () => this.lay(), this.model.size < 2)}
        ${this.isTable ? nothing : html`${quiet("nearer", () => this.stage?.zoom(1.3))}${quiet("farther", () => this.stage?.zoom(1 / 1.3))}${quiet("whole", () => this.stage?.fit())}`}
        <button type="button" class="quiet" ?disabled=${this.undo.size === 0} title=${this.undo.last} @click=${() => this.takeBack()}>${w.say("undo")}</button>
        ${quiet("png", () => { void this.keepPicture("png"); }, this.model.size === 0)}
        ${quiet("svg", () => { void this.keepPicture("svg"); }, this.model.size === 0)}
      </div>
      <div class="row"><label for="mln-title">${w.say("title")}</label>
        <input type="text" id="mln-title" maxlength="200" .value=${this.title_} @input=${(event: Event) => { this.title_ = (event.target as HTMLInputElement).value; }}>
        <button type="button" ?disabled=${this.model.size === 0} @click=${() => { void this.save(); }}>${w.say("save")}</button></div>
    </div>`;
  }

  private foundList(w: Words): TemplateResult {
    const found = this.found ?? [];
    return html`<div class="told"><p>${found.length === 0 ? w.say("found none") : w.say("found", { n: found.length })}</p>
      <ul class="facts">${found.map((one) => html`<li><button type="button" class="quiet" @click=${() => { void this.addOne(one.id); }}>${w.say("add")} <bdi>${seen(one.caption)}</bdi></button> <span class="second">${w.say(`schema ${one.schema}`)}</span></li>`)}</ul>
      <button type="button" class="quiet" @click=${() => { this.found = null; }}>${w.say("close")}</button></div>`;
  }
}

customElements.define("mln-chart", Chart);
