// What <mln-chart> holds and what is done to it: who stands where, who is chosen, what is undone.

import { LitElement } from "lit";

import type { Timeline } from "../timeline";
import { Asking } from "./asking";
import type { Counts } from "./growing";
import { layOut, type Laid } from "./laying";
import { lookOf, onLook } from "./look";
import { Model, type Link } from "./model";
import type { Progress } from "./panels";
import { seen } from "./seen";
import type { Window } from "./spans";
import { Stage } from "./stage";
import type { Twin } from "./twin";
import { Undo } from "./undo";
import { Words, read } from "./words";

const LAYING = 2_000;

export abstract class Held extends LitElement {
  static override properties = {
    turn: { state: true }, isTable: { state: true }, chosen: { state: true }, counts: { state: true },
    progress: { state: true }, said: { state: true }, problem: { state: true }, twin: { state: true },
    link: { state: true }, title_: { state: true }, found: { state: true },
  };

  /** Who stands on it; for tests and other islands. */
  readonly model = new Model();
  readonly undo = new Undo();
  stage: Stage | null = null;
  protected declare turn: number;
  protected declare isTable: boolean;
  protected declare chosen: string | null;
  protected declare counts: Counts | null;
  protected declare progress: Progress | null;
  protected declare said: string;
  protected declare problem: string;
  protected declare twin: Twin;
  protected declare link: Link | null;
  protected declare title_: string;
  protected declare found: { id: string; caption: string; schema: string }[] | null;
  protected words = new Words({}, "en");
  protected asking = new Asking("");
  protected language = "en";
  protected saved = { chart: "", revision: 0 };
  protected codes = new Set<string>();
  protected asOf = "";
  protected marked: string | null = null;
  protected trail: string[] = [];
  protected stopping: AbortController | null = null;
  protected laying: Laid | null = null;
  protected ends: (() => void)[] = [];
  protected isBegun = false;
  protected pending = 0;

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
    this.laying?.end();
    this.laying = null;
    this.stage?.destroy();
    this.stage = null;
    for (const end of this.ends.splice(0)) {
      end();
    }
  }

  /** Whether all that was asked for is there and drawn. */
  get isAtRest(): boolean {
    return this.pending === 0 && this.progress === null && this.laying === null && (this.stage?.isAtRest ?? true);
  }

  protected abstract begin(): Promise<void>;

  abstract expand(id: string): Promise<void>;

  protected abstract between(one: string, other: string): Promise<void>;

  protected get timeline(): Timeline | null {
    return document.querySelector<Timeline>(`mln-timeline[for="${CSS.escape(this.id)}"]`);
  }

  protected get way(): 1 | -1 {
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

  protected setUp(canvas: HTMLCanvasElement): void {
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

  // -- what is done to the chart

  protected did(name: string, back: () => void, id?: string, n = 1): void {
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

  protected pin(id: string): void {
    const node = this.model.node(id);
    node.is_pinned = !node.is_pinned;
    this.did(node.is_pinned ? "pin" : "unpin", () => { node.is_pinned = !node.is_pinned; this.redraw(); }, id);
    this.redraw();
  }

  protected hide(id: string): void {
    const next = this.model.neighbours(id)[0]?.id ?? null;
    let back = (): void => undefined;
    this.did("hide", () => { back(); this.redraw(); }, id);
    back = this.model.drop([id]);
    this.choose(next);
    this.redraw();
  }

  protected mark(id: string): void {
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

  protected inWindow(shown: Window | null): void {
    this.model.window(shown);
    this.redraw();
  }

  /** Lays everybody out anew but those who are pinned, in the worker where there is one. */
  lay(milliseconds = LAYING): void {
    const back = this.model.places();
    this.did("lay", () => { back(); this.redraw(); this.stage?.fit(); });
    const { ids } = this.model.scene();
    this.laying?.end();
    this.laying = layOut(this.model.scene(), milliseconds, (places, isDone) => {
      this.laid(ids, places);
      this.stage?.fit();
      if (isDone) {
        this.laying = null;
        this.turn += 1;
      }
    });
  }

  protected laid(ids: readonly string[], places: { x: Float32Array; y: Float32Array }): void {
    ids.forEach((id, n) => {
      if (this.model.has(id) && !this.model.node(id).is_pinned) {
        this.model.place(id, places.x[n] ?? 0, places.y[n] ?? 0);
      }
    });
    this.redraw();
  }

  protected arrived(isUnplaced: boolean): void {
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

  protected redraw(): void {
    this.stage?.changed();
    this.turn += 1;
  }

  protected focusStage(): void {
    this.querySelector<HTMLElement>(".stage")?.focus();
  }

  protected captionText(day: string): string {
    return this.words.say("caption", {
      n: this.model.size, links: this.model.scene().links.length, day, missing: this.model.missing(),
    });
  }
}
