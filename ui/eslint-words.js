// A rule of the linter: what people read is a message, called by its id, and no literal in a page. A sentence that is written
// where it is shown is missing in every other language. Symbols and code are no words.

/** What is shown or read out, as attributes and as properties of our components. */
const SHOWN = new Set([
  ...['alt', 'placeholder', 'title', 'aria-label', 'aria-description', 'aria-placeholder'],
  ...['aria-roledescription', 'aria-valuetext', 'about', 'action', 'complaint', 'description'],
  ...['hint', 'label', 'message', 'retry', 'text'],
]);
/** Elements in which everything is code. */
const CODE = new Set(['code', 'kbd', 'pre', 'samp']);
const MESSAGE =
  'Words that people read are messages: write "{{words}}" in messages/en, and t(id) here.';

const hasLetters = (text) => /\p{L}/u.test(text);
/** An address, a path, a name of a protocol: one word with a sign in it that no word of a language has. */
const isCode = (text) => /^\S*[:/@_=]\S*$/u.test(text.trim());
const isId = (text) => /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(text);

const isWords = (text) => hasLetters(text) && !isCode(text);
/** In a table of a script there may be ids. */
const isNoId = (text) => isWords(text) && !isId(text);

/** Every literal that this expression may be: those that it only looks at, or hands to a function, are none. */
function* literalsOf(node) {
  switch (node?.type) {
    case 'Literal':
      if (typeof node.value === 'string') yield [node, node.value];
      break;
    case 'TemplateLiteral':
      for (const part of node.quasis) yield [part, part.value.cooked ?? ''];
      for (const part of node.expressions) yield* literalsOf(part);
      break;
    case 'ConditionalExpression':
      yield* literalsOf(node.consequent);
      yield* literalsOf(node.alternate);
      break;
    case 'LogicalExpression':
      yield* literalsOf(node.left);
      yield* literalsOf(node.right);
      break;
    case 'BinaryExpression':
      if (node.operator === '+') yield* literalsOf(node.left);
      if (node.operator === '+') yield* literalsOf(node.right);
      break;
    case 'AssignmentPattern':
      yield* literalsOf(node.right);
      break;
    case 'ArrayExpression':
      for (const part of node.elements) yield* literalsOf(part);
      break;
    case 'TSAsExpression':
    case 'TSNonNullExpression':
    case 'TSSatisfiesExpression':
      yield* literalsOf(node.expression);
  }
}

function isInCode(node) {
  for (let at = node.parent; at; at = at.parent) {
    if (at.type === 'SvelteStyleElement' || at.type === 'SvelteScriptElement') return true;
    if (at.type === 'SvelteElement' && CODE.has(at.name.name)) return true;
  }
  return false;
}

export default {
  meta: { type: 'problem', schema: [], messages: { literal: MESSAGE } },
  create(context) {
    const refuse = (node, text) => {
      const words = text.trim().replace(/\s+/g, ' ');
      context.report({ node, messageId: 'literal', data: { words } });
    };
    const look = (expression, isRefused) => {
      for (const [node, text] of literalsOf(expression)) if (isRefused(text)) refuse(node, text);
    };
    return {
      SvelteText(node) {
        if (isWords(node.value) && !isInCode(node)) refuse(node, node.value);
      },
      SvelteMustacheTag(node) {
        if (node.parent.type !== 'SvelteAttribute' && !isInCode(node))
          look(node.expression, isWords);
      },
      SvelteAttribute(node) {
        if (!SHOWN.has(node.key.name)) return;
        for (const part of node.value) {
          if (part.type === 'SvelteMustacheTag') look(part.expression, isWords);
          else if (isWords(part.value)) refuse(part, part.value);
        }
      },
      Property(node) {
        const name = node.key.name ?? node.key.value;
        if (!node.computed && SHOWN.has(name)) look(node.value, isNoId);
      },
      'CallExpression[callee.object.name="toasts"][callee.property.name="say"]'(node) {
        look(node.arguments[0], isWords);
      },
      'AssignmentExpression[left.property.name=/^(title|textContent|ariaLabel)$/]'(node) {
        look(node.right, isWords);
      },
    };
  },
};
