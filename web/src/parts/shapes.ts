// The grammar of the chart: which shape a schema has, and its outline. Source: LOOK, "Chart grammar".

export type Shape = "circle" | "square" | "down" | "hexagon" | "sheet" | "account" | "diamond";

const SHAPES: Readonly<Record<string, Shape>> = {
  Person: "circle",
  Company: "square", Organization: "square", LegalEntity: "square", PublicBody: "square",
  Address: "down", RealEstate: "down", Event: "down",
  Vehicle: "hexagon", Vessel: "hexagon", Airplane: "hexagon", Container: "hexagon",
  Document: "sheet", Passport: "sheet", Identification: "sheet", CourtCase: "sheet",
  BankAccount: "account", CryptoWallet: "account", PaymentCard: "account",
};

export function shapeOf(schema: string): Shape {
  return SHAPES[schema] ?? "diamond";
}

/** Corners of a shape around the origin, of radius 1; null for a circle. */
export const CORNERS: Readonly<Record<Shape, readonly (readonly [number, number])[] | null>> = {
  circle: null,
  square: [[-0.88, -0.88], [0.88, -0.88], [0.88, 0.88], [-0.88, 0.88]],
  down: [[-1, -0.8], [1, -0.8], [0, 1]],
  hexagon: [[1, 0], [0.5, 0.87], [-0.5, 0.87], [-1, 0], [-0.5, -0.87], [0.5, -0.87]],
  sheet: [[-0.7, -1], [0.3, -1], [0.7, -0.6], [0.7, 1], [-0.7, 1]],
  account: [[-1.1, -0.7], [1.1, -0.7], [1.1, 0.7], [-1.1, 0.7]],
  diamond: [[0, -1], [1, 0], [0, 1], [-1, 0]],
};

export const TERROR: readonly (readonly [number, number])[] = [[0, -0.62], [0.58, 0.46], [-0.58, 0.46]];
export const CRIME: readonly (readonly [number, number])[] = [[0, -0.62], [0.55, 0], [0, 0.62], [-0.55, 0]];

export const WIDTHS = [1, 1.8, 3, 4.6] as const;

/** How wide a link is drawn: 0 to 3, of `WIDTHS`. */
export function widthOf(strength: number): number {
  return strength < 0.15 ? 0 : strength < 0.35 ? 1 : strength < 0.6 ? 2 : 3;
}

/** How a link is dashed: a fact is solid, an assessment dashed, hearsay dotted. */
export function dashOf(kind: string): readonly number[] {
  return kind === "hearsay" ? [1.5, 4] : kind === "assessment" ? [7, 4] : [];
}
