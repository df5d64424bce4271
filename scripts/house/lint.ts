/** Rules of the house for `deno lint`: `#private`, the shape of error messages, functions rather than top-level arrow functions. @module */

/** The plugin. */
const plugin: Deno.lint.Plugin = {
  name: "af",
  rules: {
    "hash-private": {
      create: (context) => ({
        "PropertyDefinition, MethodDefinition, TSParameterProperty"(node: unknown) {
          const member = node as { accessibility?: string; kind?: string; range: [number, number] };
          // Only a constructor can be closed in no other way.
          if (
            member.kind !== "constructor" &&
            (member.accessibility === "private" || member.accessibility === "protected")
          ) {
            context.report({ range: member.range, message: "Use #name in place of private or protected" });
          }
        },
      }),
    },
    "error-message": {
      create: (context) => ({
        NewExpression(node) {
          if (node.callee.type !== "Identifier" || !node.callee.name.endsWith("Error")) return;
          if (context.filename.endsWith("_test.ts")) return;
          const text = literal(node.arguments[0]);
          if (text === undefined || text.length < 2) return;
          if (/^[a-z]+ /.test(text) && !NAMES.test(text)) {
            context.report({ node, message: "Begin an error message like a sentence" });
          }
          if (text.endsWith(".")) context.report({ node, message: "End an error message without a period" });
        },
      }),
    },
    "top-level-function": {
      create: (context) => ({
        "Program > VariableDeclaration, Program > ExportNamedDeclaration > VariableDeclaration"(node: unknown) {
          for (const { init } of (node as Deno.lint.VariableDeclaration).declarations) {
            if (init?.type === "ArrowFunctionExpression" && init.body.type === "BlockStatement") {
              context.report({ node: init, message: "Declare a function in place of a top-level arrow function" });
            }
          }
        },
      }),
    },
  },
};
export default plugin;

// Sentences may begin with the name of a program; `it …` goes on where another error's text ends with a colon.
const NAMES = /^(it|af|deno|chutes|git|npx) /;

/** A message that is a text, or a template without its holes. */
function literal(node: Deno.lint.Node | undefined): string | undefined {
  if (node?.type === "Literal") return typeof node.value === "string" ? node.value : undefined;
  if (node?.type !== "TemplateLiteral") return undefined;
  // A hole at the start or end says nothing about the shape.
  return node.quasis.map((part) => part.cooked).join("X");
}
