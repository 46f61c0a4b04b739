// What <mln-chart> asks of the service: who stands on it, neighbours, paths, saving, pictures.

import { Problem, newKey, pause } from "./asking";
import { OPENING, added, expanded, type Counts, type Portion } from "./growing";
import { Held } from "./held";
import { lookOf } from "./look";
import { around } from "./model";
import { give, png, svg, type Caption } from "./picture";
import { read } from "./words";

interface Start {
  ids: string[]; places: Record<string, [number, number]>; chart: string; around: string;
}
interface Opened extends Portion { chart: string; revision: number; title: string }
interface Path { hops: { from: string; to: string }[] }

const FEW = 30;

export abstract class Charted extends Held {
  protected async begin(): Promise<void> {
    const start = read<Start>(this, "start", { ids: [], places: {}, chart: "", around: "" });
    document.querySelector("#chart-plain")?.toggleAttribute("hidden", true);
    await this.doing(async () => {
      if (start.chart !== "") {
        const { body } = await this.asking.ask<Opened>("GET", `/charts/${start.chart}`);
        this.saved = { chart: body.chart, revision: body.revision };
        this.title_ = body.title;
        this.told(body);
        await added(this.model, body, (n) => around(0, 0, n), OPENING);
        this.arrived(false);
      } else if (start.ids.length > 0) {
        const { body } = await this.asking.ask<Portion>("POST", "/charts/shown", { ids: start.ids });
        this.told(body);
        const placed = Object.keys(start.places).length > 0;
        await added(this.model, body, (n, one) => start.places[one.id] ?? around(0, 0, n), OPENING);
        this.arrived(!placed);
        await this.firstNeighbours(body, start);
      }
    });
  }

  protected async firstNeighbours(body: Portion, start: Start): Promise<void> {
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
  protected async doing(act: () => Promise<void>): Promise<void> {
    this.problem = "";
    this.pending += 1;
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
    } finally {
      this.pending -= 1;
    }
  }

  protected told(portion: Portion): void {
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
    await pause();
    this.progress = null;
    this.counts = null;
    const fresh = this.model.ids().filter((one) => !held.has(one));
    if (fresh.length > 0) {
      this.did("add", () => { this.model.drop(fresh); this.redraw(); }, id, fresh.length);
    }
    await pause();
    this.arrived(false);
  }

  protected async search(words: string): Promise<void> {
    await this.doing(async () => {
      const { body } = await this.asking.ask<{ items: { id: string; caption: string; schema: string }[] }>(
        "GET", `/records?schema=LegalEntity&limit=10&q=${encodeURIComponent(words)}`);
      this.found = body.items;
    });
  }

  protected async addOne(id: string): Promise<void> {
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

  protected async between(one: string, other: string): Promise<void> {
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

  protected async save(): Promise<void> {
    await this.doing(async () => {
      const body = this.drawn();
      const more = this.saved.chart === "" ? { key: newKey() } : { key: newKey(), seen: String(this.saved.revision) };
      const kept = await this.asking.ask<{ chart: string; revision: number }>(
        this.saved.chart === "" ? "POST" : "PUT",
        this.saved.chart === "" ? "/charts" : `/charts/${this.saved.chart}`, body, more);
      this.saved = { chart: kept.body.chart, revision: kept.body.revision };
      history.replaceState(null, "", `/${this.language}/chart?id=${kept.body.chart}`);
      this.said = this.words.say("saved");
    });
  }

  private drawn(): { title: string; nodes: unknown[] } {
    const nodes = this.model.scene().nodes.map(({ id, x, y, is_pinned, note }) => ({ id, x, y, is_pinned, note }));
    return { title: this.title_, nodes };
  }

  /** Keeps the chart as it is drawn now, in a form that other tools read. */
  protected async keepFile(form: string): Promise<void> {
    await this.doing(async () => {
      const language = this.language === "fr" ? "fr" : "en";
      give(await this.asking.file("/charts/files", { ...this.drawn(), form, language }), `chart.${form === "ftm" ? "ftm.jsonl" : form}`);
    });
  }

  protected async keepPicture(form: "png" | "svg"): Promise<void> {
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
}
