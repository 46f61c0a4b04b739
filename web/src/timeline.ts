// <mln-timeline>: links in time as bars, and a brush that tells which days are shown.
//
// It speaks in `mln-window` events: `{from, to, undated}`, or null for all time. Bars are SVG with
// attributes alone; the brush is two sliders, so that keys and voice move it as a hand does.

import { LitElement, html, nothing, svg, type TemplateResult } from "lit";

import { bars, type Bar, type Interval, type Window } from "./parts/spans";
import { Words, read } from "./parts/words";

const HIGH = 44;

export class Timeline extends LitElement {
  static override properties = {
    held: { state: true }, low: { state: true }, high: { state: true }, undated: { state: true },
  };

  private declare held: readonly Bar[];
  private declare low: number;
  private declare high: number;
  private declare undated: boolean;
  private none = 0;
  private words = new Words({}, "en");

  constructor() {
    super();
    this.held = [];
    this.low = 0;
    this.high = 0;
    this.undated = true;
  }

  override createRenderRoot(): this {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.words = new Words(read(this, "words", {}), document.documentElement.lang);
  }

  /** The links that there are; the window stays where its days still are. */
  set intervals(intervals: readonly Interval[]) {
    const before = this.shown();
    this.held = bars(intervals);
    this.none = intervals.filter(([first, last]) => first === null && last === null).length;
    this.low = 0;
    this.high = Math.max(0, this.held.length - 1);
    if (before !== null) {
      const low = this.held.findIndex((bar) => bar.from >= before.from);
      const high = this.held.filter((bar) => bar.to <= before.to).length - 1;
      this.low = Math.max(0, low);
      this.high = high < this.low ? this.high : high;
    }
  }

  /** The days that are shown; null for all time. */
  shown(): Window | null {
    const from = this.held[this.low];
    const to = this.held[this.high];
    const isAll = this.low === 0 && this.high >= this.held.length - 1 && this.undated;
    return isAll || from === undefined || to === undefined
      ? null : { from: from.from, to: to.to, undated: this.undated };
  }

  private tell(): void {
    this.dispatchEvent(new CustomEvent<Window | null>("mln-window", { detail: this.shown(), bubbles: true }));
  }

  private slide(which: "low" | "high", event: Event): void {
    const value = Number((event.target as HTMLInputElement).value);
    if (which === "low") {
      this.low = Math.min(value, this.high);
    } else {
      this.high = Math.max(value, this.low);
    }
    (event.target as HTMLInputElement).value = String(this[which]);
    this.tell();
  }

  override render(): TemplateResult | typeof nothing {
    if (this.held.length === 0) {
      return nothing;
    }
    const w = this.words;
    const most = Math.max(...this.held.map((bar) => bar.count), 1);
    const last = this.held.length - 1;
    const from = this.held[this.low]?.from ?? "";
    const to = this.held[this.high]?.to ?? "";
    return html`
      <figure class="timeline">
        <figcaption>${w.say("timeline", { from, to })}</figcaption>
        <svg viewBox="0 0 ${this.held.length * 10} ${HIGH}" preserveAspectRatio="none" aria-hidden="true" class=${document.dir === "rtl" ? "mirrored" : ""}>
          ${this.held.map((bar, n) => this.bar(bar, n, most))}
        </svg>
        <div class="brush">
          ${this.slider("low", w.say("from"), last, from)}
          ${this.slider("high", w.say("until"), last, to)}
          <div class="choice"><input type="checkbox" id="mln-undated" .checked=${this.undated}
            @change=${(event: Event) => { this.undated = (event.target as HTMLInputElement).checked; this.tell(); }}>
            <label for="mln-undated">${w.say("undated", { n: this.none })}</label></div>
          <button type="button" class="quiet" ?disabled=${this.shown() === null} @click=${() => this.all()}>${w.say("all time")}</button>
        </div>
        <details><summary>${w.say("times as table")}</summary>
          <div class="table" tabindex="0" role="region" aria-label=${w.say("times as table")}><table>
          <thead><tr><th scope="col">${w.say("from")}</th><th scope="col">${w.say("until")}</th><th scope="col" class="number">${w.say("links")}</th></tr></thead>
          <tbody>${this.held.filter((bar) => bar.count > 0).map((bar) => html`<tr><td><bdi>${bar.from}</bdi></td><td><bdi>${bar.to}</bdi></td><td class="number">${w.number(bar.count)}</td></tr>`)}</tbody>
          </table></div></details>
      </figure>`;
  }

  private bar(bar: Bar, n: number, most: number): TemplateResult {
    const high = bar.count === 0 ? 0 : 4 + (HIGH - 4) * bar.count / most;
    const isIn = n >= this.low && n <= this.high;
    return svg`<rect class=${isIn ? "is-in" : "is-out"} x=${n * 10 + 1} y=${HIGH - high} width="8" height=${high}></rect>`;
  }

  private slider(which: "low" | "high", text: string, last: number, day: string): TemplateResult {
    return html`<label>${text} <input type="range" min="0" max=${last} .value=${String(this[which])}
      aria-valuetext=${day} @input=${(event: Event) => this.slide(which, event)}> <bdi class="muted">${day}</bdi></label>`;
  }

  private all(): void {
    this.low = 0;
    this.high = Math.max(0, this.held.length - 1);
    this.undated = true;
    this.tell();
  }
}

customElements.define("mln-timeline", Timeline);
