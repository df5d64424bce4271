/** Parameters of the mechanism: the same for all validators of a subnet; their digest is recorded. @module */
import { canonical } from "../base/canonical.ts";
import { sha256Hex } from "../base/hash.ts";

/** All parameters; see mechanism section 2. Times are milliseconds. */
export interface Parameters {
  /** Which of the two sets it is; printed wherever `local` decides. */
  readonly profile: "standard" | "local";
  /** A challenger must be better by more than this somewhere. */
  readonly delta: number;
  /** A challenger may not be worse by more than this anywhere. */
  readonly tau: number;
  /** SUP: probability that any useless challenger of a reign is certified better. */
  readonly alphaTotal: number;
  /** NI: probability of certifying a challenger that is worse by more than `tau` somewhere. */
  readonly alphaNi: number;
  /** GAIN: probability of certifying a challenger whose mean is no better. */
  readonly alphaGain: number;
  /** What a candidate's committed weights may do worse than its endpoint in any environment (hosted check). */
  readonly hostedTau: number;
  /** Error level of being better than an earlier challenger (hold rule). */
  readonly alphaHold: number;
  /** Slots of the first block of alpha_j. */
  readonly slots: number;
  /** Common rounds before a duel may be won or called futile. */
  readonly nMin: number;
  /** Rounds offered after which a duel that is not won ends. */
  readonly nMax: number;
  /** Fractions of the betting e-process, each above 0 and under 1. */
  readonly bets: readonly number[];
  /** Blocks of a window. */
  readonly windowBlocks: number;
  /** Most rounds that are started in one window. */
  readonly roundsPerWindow: number;
  /** Canaries sent to a contender before it sits the round out. */
  readonly canaryTries: number;
  /** From one canary try to the next. */
  readonly canaryEveryMs: number;
  /** Longest wait for an answer. */
  readonly attemptTimeoutMs: number;
  /** From the end of an attempt to the next one. */
  readonly attemptPauseMs: number;
  /** Unanswered attempts, each with its canary answered, that make a silent record. */
  readonly silentAttempts: number;
  /** Running time of the validator after which a task without an end is lost. */
  readonly lostAfterMs: number;
  /** Share of canaries that the champion must answer in a paid epoch. */
  readonly paidCanaryShare: number;
  /** Largest share of lost rounds among those shown to it in the last `paidLostEpochs` epochs. */
  readonly paidLostShare: number;
  /** Epochs, the present one included, that `paidLostShare` looks at. */
  readonly paidLostEpochs: number;
  /** Epochs on end with a canary share under `darkShare` after which a champion is dark (D). */
  readonly darkEpochs: number;
  /** Canary share under which an epoch counts as dark. */
  readonly darkShare: number;
  /** Dark epochs after which a regent stands in (R). */
  readonly regentEpochs: number;
  /** Odds of being better than the dark champion that make a challenger the regent. */
  readonly regentOdds: number;
  /** Epochs from a regent's installation in which the dark champion may return. */
  readonly returnEpochs: number;
  /** Whether what champions lost of their forerunners' best scores is taken off `tau`. */
  readonly highWater: boolean;
  /** Rounds of a reign from which on a champion's mean score is that of its reign alone. */
  readonly highWaterRounds: number;
  /** `T` = a champion is paid for as long as what it added is worth, then the one before; `W` = the champion is paid. */
  readonly pay: "T" | "W";
  /** Epochs of pay for a gain of 1 (mode T). */
  readonly kappa: number;
  /** Most epochs of pay that are owed at once. */
  readonly stackCap: number;
  /** Largest gain that is paid for. */
  readonly gainCap: number;
  /** Stake in tokens, as the chain weighs it on the subnet, from which on a validator's rounds count. */
  readonly minStake: number;
  /** Largest share of an epoch's rounds that may come from one validator; the others wait. */
  readonly shareCap: number;
  /** Validators that pool replay the log from the first epoch that begins at this block or after it. */
  readonly genesisBlock: number;
  /** Blocks that a head of a validator's index must have stood on chain before what it names counts. */
  readonly lagBlocks: number;
  /** Answers of each published batch that are graded again. */
  readonly regradeAnswers: number;
  /** `owner` = the unpaid weight goes to the owner's uid; `none` = no weights are set. */
  readonly vacant: "owner" | "none";
}

/** Parameters of the public subnet. */
export const STANDARD: Parameters = {
  profile: "standard",
  delta: 0.005,
  tau: 0.02,
  hostedTau: 0.02,
  alphaTotal: 0.05,
  alphaNi: 0.1,
  alphaGain: 0.1,
  alphaHold: 0.05,
  slots: 64,
  nMin: 200,
  nMax: 10000,
  bets: [0.05, 0.1, 0.2, 0.4],
  windowBlocks: 20,
  roundsPerWindow: 11,
  canaryTries: 3,
  canaryEveryMs: 20_000,
  attemptTimeoutMs: 120_000,
  attemptPauseMs: 30_000,
  silentAttempts: 10,
  lostAfterMs: 1_800_000,
  paidCanaryShare: 0.9,
  paidLostShare: 0.01,
  paidLostEpochs: 10,
  darkEpochs: 3,
  darkShare: 0.5,
  regentEpochs: 20,
  regentOdds: 20,
  returnEpochs: 100,
  highWater: true,
  highWaterRounds: 4000,
  pay: "T",
  kappa: 330,
  stackCap: 120,
  gainCap: 0.2,
  minStake: 0,
  shareCap: 1,
  genesisBlock: 0,
  lagBlocks: 361,
  regradeAnswers: 16,
  vacant: "owner",
};

/** Profile of the embedded local network: a reign changes within a minute. It is printed wherever it is used. */
export const LOCAL: Parameters = {
  ...STANDARD,
  profile: "local",
  nMin: 60,
  nMax: 400,
  // With .02 the same weights, answering alike, take 430 rounds to pass: more than a duel has here. With .1 they take 90.
  hostedTau: 0.1,
  roundsPerWindow: 20,
  canaryEveryMs: 1000,
  // Who answers here is on the same machine: only its load makes an answer late, and that should cost nobody a round or its pay.
  attemptTimeoutMs: 60_000,
  attemptPauseMs: 1000,
  silentAttempts: 10,
  lostAfterMs: 120_000,
  // The improver of +.4 earns the cap: 4 epochs. So a run of some minutes shows a tenure that ends.
  kappa: 20,
  stackCap: 8,
  regentEpochs: 6,
  lagBlocks: 20,
  regradeAnswers: 8,
  returnEpochs: 20,
};

/** Version of the rules and of the state that they keep; it changes whenever the same log would be decided or read differently. */
const RULES = 4;

/** Digest of the rules, the parameters and the environments (`id@version`) that vote: a change starts a new log. */
export function parametersDigest(parameters: Parameters, envs: readonly string[]): string {
  return sha256Hex(canonical({ rules: RULES, parameters, envs: [...envs].sort() }));
}
