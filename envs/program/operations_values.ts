/** Edge-case values for differential tests, as JSON texts. @module */

/** Integers, some beyond 64 bits. */
export const INTS: readonly string[] = [
  "-100000000000000000000",
  "-9223372036854775809",
  "-100",
  "-10",
  "-7",
  "-3",
  "-2",
  "-1",
  "0",
  "1",
  "2",
  "3",
  "5",
  "7",
  "10",
  "99",
  "1000",
  "9223372036854775808",
  "123456789012345678901234567890",
];
/** Integers for indexes, steps and counts. */
export const SMALL: readonly string[] = ["-12", "-5", "-4", "-3", "-2", "-1", "0", "1", "2", "3", "4", "5", "6", "11"];
/** Texts. */
export const TEXTS: readonly string[] = [
  "",
  "a",
  "Z",
  " ",
  "abc",
  "aaaa",
  "abcabc",
  "Hello World",
  "hello world foo",
  "  two  spaces ",
  "tab\there\n",
  "a,b,,c,",
  "-5",
  "+7",
  " 42 ",
  "007",
  "-007",
  "1_000",
  "1__0",
  "_1",
  "12a",
  "3.5",
  "--1",
  "it's",
  'say "hi"',
  `both ' and "`,
  "back\\slash",
  "été À ö",
  "ABC def 123",
  "o'neill mc-donald x2y",
  "=",
  "k=v=w",
].map((text) => JSON.stringify(text));
/** Texts to look for. */
export const PARTS: readonly string[] = ["", "a", "b", " ", ",", "=", "ab", "bc", "l", "0", "-", "xyz", "é"].map((
  text,
) => JSON.stringify(text));
/** Lists of integers. */
export const LISTS: readonly string[] = [
  "[]",
  "[0]",
  "[-1]",
  "[3,1,2]",
  "[1,1,1,1]",
  "[5,-5,5,-5,0]",
  "[10,9,8,7,6,5,4]",
  "[1,2,3,4,5,6,7,8,9]",
  "[100000000000000000000,-1,99999999999999999999]",
  "[-3,-2,-1,0,1,2,3]",
];
/** Lists of texts. */
export const WORDS: readonly string[] = [
  "[]",
  '[""]',
  '["b","a","c"]',
  '["bb","a","ccc","a","BB"]',
  '["pear","fig","apple","kiwi","Fig","plum"]',
  '["10","9","-1"]',
  '["x y","x","it\'s"]',
];
