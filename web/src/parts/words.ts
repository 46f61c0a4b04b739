// The words of an island: the page hands them over in its language, with places for values.

export class Words {
  private readonly numbers: Intl.NumberFormat;

  constructor(private readonly held: Readonly<Record<string, string>>, language: string) {
    this.numbers = new Intl.NumberFormat(language, { numberingSystem: "latn" });
  }

  say(key: string, values: Readonly<Record<string, string | number>> = {}): string {
    return (this.held[key] ?? key).replace(/\{(\w+)\}/gu, (whole, name: string) => {
      const value = values[name];
      return value === undefined ? whole : typeof value === "number" ? this.number(value) : value;
    });
  }

  number(value: number): string {
    return this.numbers.format(value);
  }
}

/** What an attribute holds as JSON. */
export function read<T>(element: Element, name: string, none: T): T {
  const text = element.getAttribute(name);
  return text === null || text === "" ? none : JSON.parse(text) as T;
}
