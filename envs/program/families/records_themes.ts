/** What lines of records are about: names that fit together. @module */

/** One subject. */
export interface Theme {
  /** Name of the function. */
  readonly name: string;
  /** A record, such as `order`, and its fields: who, what, how much. */
  readonly record: string;
  readonly who: string;
  readonly group: string;
  readonly amount: string;
  readonly whos: readonly string[];
  readonly groups: readonly string[];
}

/** The subjects. */
export const THEMES: readonly Theme[] = [
  {
    name: "summarize_orders",
    record: "order",
    who: "customer",
    group: "product",
    amount: "quantity",
    whos: ["ann", "bob", "carla", "dave", "eve", "finn"],
    groups: ["apple", "bread", "cheese", "dates"],
  },
  {
    name: "score_table",
    record: "result",
    who: "player",
    group: "team",
    amount: "score",
    whos: ["kim", "lou", "max", "noa", "ola", "pat"],
    groups: ["red", "blue", "green", "gold"],
  },
  {
    name: "read_sensors",
    record: "reading",
    who: "sensor",
    group: "room",
    amount: "level",
    whos: ["cam", "dew", "fan", "gas", "hum"],
    groups: ["attic", "cellar", "hall", "lab"],
  },
  {
    name: "sum_expenses",
    record: "expense",
    who: "person",
    group: "category",
    amount: "cost",
    whos: ["ida", "jon", "kai", "lea", "mia", "nils"],
    groups: ["books", "food", "rent", "travel"],
  },
  {
    name: "sum_donations",
    record: "donation",
    who: "donor",
    group: "district",
    amount: "gift",
    whos: ["adams", "brown", "clark", "diaz", "evans"],
    groups: ["east", "north", "south", "west"],
  },
  {
    name: "plan_shipments",
    record: "parcel",
    who: "sender",
    group: "city",
    amount: "weight",
    whos: ["acme", "bolt", "core", "delta", "edge"],
    groups: ["oslo", "paris", "quito", "rome"],
  },
];
