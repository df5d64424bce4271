/**
 * Programs with what the evaluator says of them, for tests that run the same ones elsewhere: python3, the sandbox. Whatever the evaluator
 * does not know is left out, so each expectation is its full word.
 * @module
 */
import { Random } from "../../core/base/random.ts";
import type { ProgramCase } from "../../core/port/sandbox.ts";
import type { Block } from "./ast.ts";
import { compose, SLOTS } from "./compose.ts";
import { stdinOf, type Style, valuesOf } from "./draft.ts";
import { encode } from "./encode.ts";
import { load, type Run } from "./evaluate.ts";
import { mutants } from "./mutants.ts";
import { OPERATIONS } from "./operations.ts";
import { print } from "./printer.ts";
import type { Probe } from "./probe.ts";
import { read } from "./read.ts";
import { argumentsOf } from "./stand_in.ts";
import { OutsideError } from "./values.ts";

/** One run with what must come out. */
export interface CorpusCase {
  readonly run: ProgramCase;
  readonly stdout: string;
  /** Name of the exception that ends it, empty where there is none. */
  readonly exception: string;
  /** JSON text of the returned value (core/port/sandbox.ts); null where nothing was called or it did not return. */
  readonly value: string | null;
}

/** A program and its runs. */
export interface CorpusProgram {
  readonly name: string;
  readonly source: string;
  readonly cases: readonly CorpusCase[];
}

/**
 * Programs of tasks: for every family, level and style `seeds` of them, each with ordinary and unusual inputs, damaged inputs, and some
 * programs that differ from it at one place.
 */
export function* taskCorpus(seeds: number, label = "corpus"): Generator<CorpusProgram> {
  for (const { generator, level } of SLOTS) {
    for (let i = 0; i < seeds; i++) {
      for (const style of ["stdin", "call"] as const) {
        const random = new Random(`${label} ${generator} ${level} ${style} ${i}`);
        const probe = compose(generator, level, { random, style: () => style, attempt: (one) => one });
        yield* variants(probe, style, random, `${generator} ${level} ${style} ${i}`);
      }
    }
  }
}

/** Every operation of the intermediate representation on edge-case values. */
export function* operationCorpus(): Generator<CorpusProgram> {
  for (const { body, args } of OPERATIONS) {
    const params = ["a", "b", "c"].slice(0, args[0]!.length).join(", ");
    const block = read(`def f(${params}):\n${body.split("\n").map((line) => `    ${line}`).join("\n")}\n`);
    yield program(
      `operation ${body}`,
      block,
      args.map((list) => ({ kind: "call", function: "f", args: `[${list.join(",")}]` })),
    );
  }
}

function* variants(probe: Probe, style: Style, random: Random, name: string): Generator<CorpusProgram> {
  const { draft } = probe;
  const samples = [...probe.edges, ...probe.typical.slice(0, 6)];
  const runs: ProgramCase[] = samples.map(({ args }) =>
    style === "stdin"
      ? { kind: "stdin", stdin: stdinOf(draft, args) }
      : { kind: "call", function: draft.name, args: `[${valuesOf(args).map(encode).join(",")}]` }
  );
  const damaged: ProgramCase[] = style === "stdin"
    ? probe.typical.slice(6, 12).map(({ args }) => ({ kind: "stdin", stdin: damage(random, stdinOf(draft, args)) }))
    : [];
  const block = read(probe.source);
  yield program(name, block, [...runs, ...damaged]);
  for (const [i, mutant] of random.shuffle(mutants(block)).slice(0, 4).entries()) {
    yield program(`${name} mutant ${i}`, mutant, runs.slice(0, 8));
  }
}

/** An input with one character more, less or other: what a careless answer to an abduction task looks like. */
function damage(random: Random, text: string): string {
  const at = random.int(0, text.length - 1);
  const sign = random.pick([..." -+_,:;.09aAzZ\n\n\"'"]);
  return random.pick([
    text.slice(0, at) + sign + text.slice(at + 1),
    text.slice(0, at) + sign + text.slice(at),
    text.slice(0, at) + text.slice(at + 1),
  ]);
}

function program(name: string, block: Block, runs: readonly ProgramCase[]): CorpusProgram {
  const runnable = load(block, 20_000);
  const cases = runs.flatMap((run) => {
    const ran = run.kind === "stdin" ? runnable.stdin(run.stdin) : runnable.call(run.function, argumentsOf(run.args));
    return expectation(run, ran);
  });
  return { name, source: print(block), cases };
}

function expectation(run: ProgramCase, ran: Run): CorpusCase[] {
  if (ran.kind === "outside") return [];
  if (ran.kind === "raised") return [{ run, stdout: ran.stdout, exception: ran.exception, value: null }];
  try {
    return [{ run, stdout: ran.stdout, exception: "", value: run.kind === "call" ? encode(ran.value) : null }];
  } catch (error) {
    if (error instanceof OutsideError) return [];
    throw error;
  }
}
