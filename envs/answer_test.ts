/** Reading a final number: what counts, what does not. @module */
import assert from "node:assert/strict";
import { finalInteger, lines, READ_CHARACTERS } from "./answer.ts";

function value(answer: string): string | undefined {
  const found = finalInteger(answer);
  return "value" in found ? found.value : undefined;
}

const READ: Record<string, string> = {
  "42": "42",
  "Answer: 42": "42",
  "Answer: -42": "-42",
  "Answer: −42": "-42",
  "Answer: +42": "42",
  "Answer: - 42": "-42",
  "Answer: 007": "7",
  "Answer: -0": "0",
  "Answer: 42.": "42",
  "Answer: 42.0": "42",
  "Answer: 1,234,567": "1234567",
  "Answer: 1{,}234": "1234",
  "Answer: 1\\,234": "1234",
  "Answer: 1\u202f234": "1234",
  "Answer: 1_234": "1234",
  "Answer: 42 (mod 101)": "42",
  "Answer: $42 \\pmod{101}$": "42",
  "Answer: x = 42": "42",
  "Answer: 34 + 8 = 42": "42",
  "The answer is 34 + 8 = 42.": "42",
  "The sum of 34 and 8 is 42.": "42",
  "34 plus 8 equals 42.": "42",
  "x ≡ 42 (mod 101)": "42",
  "Answer: 42 routes": "42",
  "**42**": "42",
  "- 42": "42",
  "#### 42": "42",
  "Answer\n42": "42",
  "\\boxed{42}": "42",
  "Therefore $x = \\boxed{-42}$.": "-42",
  "\\boxed{x = 42}": "42",
  "\\boxed{\\text{Answer: }42}": "42",
  "Answer: 5\nNo, wait.\nAnswer: 42": "42",
  "Answer: 42\nI checked 3 of the 5 cases.": "42",
  "```\nAnswer: 42\n```": "42",
};
const REFUSED = [
  "",
  "I do not know",
  "Answer:",
  "Answer: 41, 42",
  "Answer: 41 or 42",
  "Answer: 41 42 43",
  "41 42",
  "Answer: 1,2,3",
  "Answer: 42.5",
  "Answer: 1.234.567",
  "Answer: 3/4",
  "Answer: 4e1",
  "Answer: 40-42",
  "\\boxed{41} \\boxed{42}",
  "\\boxed{41, 42}",
  `Answer: ${"9".repeat(500)}`,
];

for (const [text, number] of Object.entries(READ)) {
  Deno.test({
    name: `finalInteger() reads ${number} when the answer is ${JSON.stringify(text)}`,
    permissions: "none",
    fn: () => assert.equal(value(text), number),
  });
}

Deno.test({
  name: "finalInteger() gives a reason when there is not exactly one whole number",
  permissions: "none",
  fn() {
    for (const text of REFUSED) assert.equal(value(text), undefined, text);
  },
});

Deno.test({
  name: "lines() reads the last characters only",
  permissions: "none",
  fn() {
    assert.deepEqual(lines(`Answer: 1\n${" ".repeat(READ_CHARACTERS)}`), []);
    assert.deepEqual(lines("a\r\n```python\n b \n```\n\n\\]"), ["a", "b"]);
  },
});
