// What was done to a chart, and how each step is taken back.

export interface Step {
  readonly name: string;
  readonly back: () => void;
}

export class Undo {
  private readonly steps: Step[] = [];

  constructor(private readonly most = 200) {}

  did(step: Step): void {
    this.steps.push(step);
    if (this.steps.length > this.most) {
      this.steps.shift();
    }
  }

  /** Takes the last step back; returns its name, or null where nothing is left. */
  back(): string | null {
    const step = this.steps.pop();
    step?.back();
    return step?.name ?? null;
  }

  get size(): number {
    return this.steps.length;
  }

  get last(): string {
    return this.steps.at(-1)?.name ?? "";
  }

  clear(): void {
    this.steps.length = 0;
  }
}
