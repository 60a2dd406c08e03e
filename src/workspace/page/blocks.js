import { make } from './dom.js';
import { picture, renderElement, sourceOf, textOf } from './elements.js';
import { mrkdwn, plain } from './mrkdwn.js';
import { markdown, richText } from './rich-text.js';

/** What each node shows, to tell which nodes can stay when a message is edited. */
const shownBy = new WeakMap();

/**
 * Shows these blocks in a container. What did not change stays untouched, so that nothing flickers, and a picture
 * that is exchanged stands until the next one has loaded.
 */
export function showBlocks(container, blocks, surface) {
  const free = new Set(container.children);
  const takeFree = (fits) => {
    const found = [...free].find(fits);
    if (found) free.delete(found);
    return found;
  };
  const same = blocks.map((block) => takeFree((node) => shownBy.get(node)?.content === contentOf(block)));
  const nodes = blocks.map((block, index) => {
    const kept = same[index] ?? (block.type === 'image' && takeFree((node) => shownBy.get(node)?.type === 'image'));
    const node = kept || renderBlock(block, surface);
    if (kept && !same[index]) exchangePicture(node, block);
    shownBy.set(node, { content: contentOf(block), type: block.type });
    return node;
  });
  for (const node of free) node.remove();
  for (const [index, node] of nodes.entries()) {
    if (container.children[index] !== node) container.insertBefore(node, container.children[index] ?? null);
  }
}

/** A new block id alone changes nothing to see, but it does change what a button sends. */
function contentOf(block) {
  const { block_id: _id, ...content } = block;
  const isInteractive = block.type === 'actions' || block.type === 'input' || block.accessory;
  return JSON.stringify(isInteractive ? block : content);
}

function renderBlock(block, surface) {
  const render = KINDS[block.type];
  const node = render ? render(block, surface) : make('p', {}, `[${block.type}]`);
  node.dataset.block = block.type;
  return node;
}

const KINDS = {
  header: ({ text }) => make('h3', { class: 'block-header', dir: 'auto' }, plain(text.text)),
  divider: () => make('hr', { class: 'block-divider' }),
  rich_text: richText,
  markdown: ({ text }) => markdown(text),

  section(block, surface) {
    const fields = block.fields && make('div', { class: 'fields' }, ...block.fields.map(textOf));
    const said = make('div', { class: 'said' }, block.text && textOf(block.text), fields);
    return make(
      'div',
      { class: 'block-section' },
      said,
      block.accessory && renderElement(block.accessory, block, surface),
    );
  },

  context(block) {
    const parts = block.elements.map((element) => (element.type === 'image' ? picture(element) : textOf(element)));
    return make('div', { class: 'block-context' }, ...parts);
  },

  actions(block, surface) {
    const elements = block.elements.map((element) => renderElement(element, block, surface));
    return make('div', { class: 'block-actions', role: 'group' }, ...elements);
  },

  image(block) {
    const caption = make('figcaption', {}, block.title ? plain(block.title.text) : '');
    return make('figure', { class: 'block-image' }, caption, picture(block));
  },

  input(block, surface) {
    const label = plain(block.label.text);
    const optional = block.optional ? ' (optional)' : '';
    const element = renderElement(block.element, block, surface, { tellsApp: block.dispatch_action === true, label });
    const hint = block.hint && make('div', { class: 'hint' }, plain(block.hint.text));
    const error = make('div', { class: 'field-error', 'data-error-of': block.block_id, role: 'alert' });
    return make(
      'div',
      { class: 'block-input' },
      make('span', { class: 'label' }, label + optional),
      element,
      hint,
      error,
    );
  },

  table({ rows, column_settings = [] }) {
    const cell = (tag) => (content, column) => {
      const inside = content.type === 'rich_text' ? richText(content) : plain(content.text);
      const node = make(tag, tag === 'th' ? { scope: 'col' } : {}, inside);
      node.style.textAlign = column_settings[column]?.align ?? 'left';
      if (column_settings[column]?.is_wrapped) node.style.whiteSpace = 'normal';
      return node;
    };
    const [head, ...others] = rows.map((row, index) => make('tr', {}, ...row.map(cell(index === 0 ? 'th' : 'td'))));
    return make(
      'div',
      { class: 'block-table' },
      make('table', {}, make('thead', {}, head), make('tbody', {}, ...others)),
    );
  },
};

async function exchangePicture(figure, block) {
  figure.querySelector('figcaption').replaceChildren(block.title ? plain(block.title.text) : '');
  const image = figure.querySelector('img');
  image.alt = block.alt_text;
  const wanted = sourceOf(block);
  image.dataset.wanted = wanted;
  const next = new Image();
  next.src = wanted;
  await next.decode().catch(() => undefined);
  // Another edit may have come meanwhile.
  if (image.dataset.wanted === wanted) image.src = wanted;
}

/** A message without blocks. */
export function showText(container, text) {
  const node = mrkdwn(text);
  shownBy.set(node, { content: text, type: 'text' });
  container.replaceChildren(node);
}
