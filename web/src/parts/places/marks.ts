// Marks over the map: buttons in the order of the table, so that Tab and a screen reader find them.
// Texts of the data come in as text alone.

import type { Map as GlMap } from "maplibre-gl";

import { grouped, type Group, type Place, type Spot } from "./place";

export interface Middle { readonly code: string; readonly x: number; readonly y: number; readonly w: number }

export interface Saying {
  readonly label: (group: Group) => string;
  readonly choose: (group: Group) => void;
  readonly country: (code: string) => string;
}

/** Pixels that a letter of a country's name takes, about. */
const LETTER = 6.5;
/** Farthest that a mark may stand outside of what is seen and still be there, in pixels. */
const RIM = 40;

export class Marks {
  private readonly layer = document.createElement("div");
  private groups: { group: Group; button: HTMLButtonElement }[] = [];
  private names: { middle: Middle; span: HTMLSpanElement }[] = [];
  private middles: readonly Middle[] = [];
  private chosen: Place | null = null;

  constructor(
    private readonly map: GlMap, private readonly places: readonly Place[], private readonly say: Saying,
  ) {
    this.layer.className = "marks";
    map.getCanvasContainer().append(this.layer);
    map.on("move", () => this.move());
    map.on("moveend", () => this.draw());
  }

  /** Countries whose names are shown where they have room. */
  set countries(middles: readonly Middle[]) {
    this.middles = [...middles].sort((one, other) => other.w - one.w);
    this.draw();
  }

  /** Which place is chosen; the mark that holds it is pressed. */
  choose(place: Place | null): void {
    this.chosen = place;
    for (const one of this.groups) {
      one.button.ariaPressed = String(place !== null && one.group.places.includes(place));
    }
  }

  groupOf(place: Place): Group | null {
    return this.groups.find((one) => one.group.places.includes(place))?.group ?? null;
  }

  /** Makes the marks of this scale anew; the focus stays with the place that had it. */
  draw(): void {
    const focused = this.groups.find((one) => one.button === document.activeElement)?.group.first;
    const { clientWidth: wide, clientHeight: high } = this.map.getContainer();
    const isSeen = (at: Spot): boolean => at.x > -RIM && at.y > -RIM && at.x < wide + RIM && at.y < high + RIM;
    const groups = grouped(this.places, (place) => this.map.project([place.x, place.y]));
    this.groups = groups.filter((group) => isSeen(group.at)).map((group) => ({ group, button: this.button(group) }));
    this.names = this.named(isSeen);
    this.layer.replaceChildren(...this.names.map((one) => one.span), ...this.groups.map((one) => one.button));
    this.choose(this.chosen);
    this.move();
    if (focused !== undefined) {
      this.groups.find((one) => one.group.places.includes(focused))?.button.focus({ preventScroll: true });
    }
  }

  private button(group: Group): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = group.first.exact ? "is-exact" : "is-vague";
    button.textContent = group.places.length > 1 ? String(group.places.length) : "";
    button.ariaLabel = this.say.label(group);
    button.addEventListener("click", () => this.say.choose(group));
    return button;
  }

  /** The names that have room, the widest countries first; none lies on another. */
  private named(isSeen: (at: Spot) => boolean): { middle: Middle; span: HTMLSpanElement }[] {
    const scale = 512 * 2 ** this.map.getZoom() / 360;
    const taken: { x: number; y: number; w: number }[] = [];
    return this.middles.flatMap((middle) => {
      const text = this.say.country(middle.code);
      const at = this.map.project([middle.x, middle.y]);
      const w = text.length * LETTER;
      if (w > middle.w * scale || !isSeen(at) || taken.some((one) =>
        Math.abs(one.x - at.x) < (one.w + w) / 2 && Math.abs(one.y - at.y) < 16)) {
        return [];
      }
      taken.push({ x: at.x, y: at.y, w });
      const span = document.createElement("span");
      span.className = "name";
      span.ariaHidden = "true";
      const name = document.createElement("bdi");
      name.textContent = text;
      span.append(name);
      return [{ middle, span }];
    });
  }

  private move(): void {
    const put = (element: HTMLElement, x: number, y: number): void => {
      const at = this.map.project([x, y]);
      element.style.transform = `translate(${at.x.toFixed(1)}px, ${at.y.toFixed(1)}px) translate(-50%, -50%)`;
    };
    for (const { group, button } of this.groups) {
      put(button, group.first.x, group.first.y);
    }
    for (const { middle, span } of this.names) {
      put(span, middle.x, middle.y);
    }
  }
}
