/** Steps on texts and words. @module */
import type { Random } from "../../../core/base/random.ts";
import { type Made, plural, some, type Step, type StepKind, unmoved } from "./step.ts";

function step(id: string, from: StepKind, to: StepKind, level: number, make: (random: Random) => Made): Step {
  return { id, group: `${from} ${to}`, from, to, level, make };
}

function fixed(code: string, say: string): () => Made {
  return () => ({ code, say });
}

const VOWELS = "a, e, i, o, u, in either case";

function letterCase(r: Random): Made {
  return r.pick([
    { code: "text = text.upper()", say: "Turn all letters into upper case." },
    { code: "text = text.lower()", say: "Turn all letters into lower case." },
    {
      code: "text = text.swapcase()",
      say: "Turn upper-case letters into lower case and lower-case letters into upper case.",
    },
  ]);
}

function replace(r: Random): Made {
  const [a, b] = r.shuffle([..."aeiorstnl"]).slice(0, 2);
  const to = r.pick([b!, `${b}${a}`, "", "*"]);
  return {
    code: `text = text.replace("${a}", "${to}")`,
    say: to === "" ? `Remove every lower-case "${a}".` : `Replace every lower-case "${a}" by "${to}".`,
  };
}

function shift(r: Random): Made {
  const k = r.int(1, 25);
  return {
    code: `letters = "abcdefghijklmnopqrstuvwxyz"\nshifted = ""\nfor char in text:\n    if char in letters:\n` +
      `        shifted += letters[(letters.index(char) + ${k}) % 26]\n    else:\n        shifted += char\ntext = shifted`,
    say:
      `Replace every lower-case letter a to z by the one ${
        plural(k, "place")
      } later in the alphabet; after z it goes on with a. ` +
      `All other characters stay.`,
  };
}

function rotate(r: Random): Made {
  const k = r.int(1, 5);
  return {
    code: `text = text[${k}:] + text[:${k}]`,
    say: `Move the ${some("first", k, "character")} to the end${unmoved(k, "text")}.`,
  };
}

function everyChar(r: Random): Made {
  const k = r.int(2, 3);
  return {
    code: `text = text[::${k}]`,
    say: `Keep only the characters at positions 0, ${k}, ${2 * k} and so on (positions count from 0).`,
  };
}

function chunks(r: Random): Made {
  const k = r.int(2, 4);
  return {
    code: `words = [text[i:i + ${k}] for i in range(0, len(text), ${k})]`,
    say:
      `Cut the text into pieces of ${k} characters from the left (the last piece may be shorter; spaces count); these pieces are the words.`,
  };
}

function sortWords(r: Random): Made {
  return r.pick([
    {
      code: "words.sort(key=lambda word: (len(word), word))",
      say:
        "Sort the words by length, shortest first; words of equal length in the order in which Python compares strings.",
    },
    {
      code: "words.sort(key=len)",
      say: "Sort the words by length, shortest first; words of equal length keep their order.",
    },
    {
      code: "words.sort(key=len, reverse=True)",
      say: "Sort the words by length, longest first; words of equal length keep their order.",
    },
    { code: "words.sort()", say: "Sort the words in the order in which Python compares strings." },
    {
      code: "words.sort(key=lambda word: word[::-1])",
      say: "Sort the words by their reversed spelling, in the order in which Python compares strings.",
    },
  ]);
}

function keepWords(r: Random): Made {
  const k = r.int(2, 5);
  return r.pick([
    {
      code: `words = [word for word in words if len(word) > ${k}]`,
      say: `Keep only the words with more than ${k} characters.`,
    },
    {
      code: `words = [word for word in words if len(word) % 2 == ${k % 2}]`,
      say: `Keep only the words with an ${k % 2 === 0 ? "even" : "odd"} number of characters.`,
    },
    {
      code: `words = [word for word in words if word[0] not in "aeiouAEIOU"]`,
      say: `Remove the words that begin with a vowel (${VOWELS}).`,
    },
  ]);
}

function changeWords(r: Random): Made {
  const k = r.int(2, 4);
  return r.pick([
    {
      code: "words = [word[::-1] for word in words]",
      say: "Reverse the characters of every word; the words stay in order.",
    },
    {
      code: "words = [word.capitalize() for word in words]",
      say: "In every word, turn the first character into upper case and all others into lower case.",
    },
    {
      code: "words = [word[0] + str(len(word)) + word[-1] for word in words]",
      say:
        "Replace every word by its first character, its length and its last character, written without spaces (a word of one character is first and last).",
    },
    {
      code: `words = [word[:${k}] for word in words]`,
      say: `Cut every word after its first ${k} characters (shorter words stay).`,
    },
    {
      code: "words = [word[1:] + word[0] for word in words]",
      say: "Move the first character of every word to the end of the word.",
    },
    {
      code: "words = [word + str(i) for i, word in enumerate(words, 1)]",
      say: "Append to every word its number in the list, counting from 1, without a space.",
    },
    {
      code: `words = [word.upper() if i % ${k} == 0 else word for i, word in enumerate(words)]`,
      say: `Turn the words at positions 0, ${k}, ${2 * k} and so on into upper case (positions count from 0).`,
    },
  ]);
}

function orderWords(r: Random): Made {
  const k = r.int(1, 3);
  return r.pick([
    { code: "words.reverse()", say: "Reverse the order of the words." },
    {
      code: `words = words[${k}:] + words[:${k}]`,
      say: `Move the ${some("first", k, "word")} to the end${unmoved(k, "list")}.`,
    },
    {
      code: "words = words[::2] + words[1::2]",
      say:
        "Put the words at even positions first, then those at odd positions (positions count from 0; the order within both stays).",
    },
  ]);
}

function join(r: Random): Made {
  const sign = r.pick(["-", "_", "", " ", "+"]);
  return {
    code: `text = "${sign}".join(words)`,
    say: sign === ""
      ? "Write the words after each other, without spaces, as one text."
      : `Join the words into one text with "${sign}" between them.`,
  };
}

function textHash(r: Random): Made {
  const [a, m] = [r.int(3, 31), r.pick([997, 4999, 9973])];
  return {
    code: `total = 0\nfor char in text:\n    total = (total * ${a} + ord(char)) % ${m}`,
    say:
      `Start with the total 0. For every character, from left to right, replace the total by (total * ${a} + code) % ${m}, where code is the character's Unicode number.`,
  };
}

/** The steps. */
export const TEXT_STEPS: readonly Step[] = [
  step("case", "text", "text", 0, letterCase),
  step("replace", "text", "text", 0, replace),
  step("reverse", "text", "text", 0, fixed("text = text[::-1]", "Reverse the text.")),
  step("every", "text", "text", 1, everyChar),
  step("rotate", "text", "text", 1, rotate),
  step("shift", "text", "text", 2, shift),
  step(
    "no vowels",
    "text",
    "text",
    1,
    fixed(
      `text = "".join(char for char in text if char not in "aeiouAEIOU")`,
      `Remove all vowels (${VOWELS}).`,
    ),
  ),
  step(
    "double",
    "text",
    "text",
    2,
    fixed(
      `text = "".join(char * 2 if char in "aeiouAEIOU" else char for char in text)`,
      `Write every vowel (${VOWELS}) twice.`,
    ),
  ),
  step(
    "squeeze",
    "text",
    "text",
    3,
    fixed(
      `squeezed = ""\nfor char in text:\n    if not squeezed or squeezed[-1] != char:\n        squeezed += char\ntext = squeezed`,
      "Shorten every run of equal neighbouring characters to one of them.",
    ),
  ),
  step(
    "runs",
    "text",
    "text",
    4,
    fixed(
      `encoded = ""\nstart = 0\nfor i in range(1, len(text) + 1):\n    if i == len(text) or text[i] != text[start]:\n        encoded += text[start]\n` +
        `        if i - start > 1:\n            encoded += str(i - start)\n        start = i\ntext = encoded`,
      "Replace every run of two or more equal neighbouring characters by the character and the length of the run; single characters stay.",
    ),
  ),
  step(
    "split",
    "text",
    "words",
    0,
    fixed("words = text.split()", "Split the text into words at the spaces (several spaces in a row count as one)."),
  ),
  step("chunks", "text", "words", 2, chunks),
  step("sort words", "words", "words", 1, sortWords),
  step("keep words", "words", "words", 1, keepWords),
  step("change words", "words", "words", 0, changeWords),
  step("order words", "words", "words", 1, orderWords),
  step(
    "unique words",
    "words",
    "words",
    2,
    fixed(
      "unique = []\nfor word in words:\n    if word not in unique:\n        unique.append(word)\nwords = unique",
      "Of equal words keep only the first one.",
    ),
  ),
  step("join", "words", "text", 1, join),
  step(
    "lengths",
    "words",
    "ints",
    1,
    fixed("numbers = [len(word) for word in words]", "Replace every word by its length: this gives a list of numbers."),
  ),
  step(
    "vowel counts",
    "words",
    "ints",
    2,
    fixed(
      `numbers = [sum(char in "aeiouAEIOU" for char in word) for word in words]`,
      `Replace every word by how many vowels (${VOWELS}) it has: this gives a list of numbers.`,
    ),
  ),
  step("text hash", "text", "int", 3, textHash),
  step(
    "digits",
    "text",
    "ints",
    2,
    fixed(
      'numbers = [int(char) for char in text if char in "0123456789"]',
      "Take the digits 0 to 9 of the text as a list of one-digit numbers, from left to right; all other characters fall away.",
    ),
  ),
];
