import type { KnownBlock, ModalView } from '@slack/types';

/** Blocks as a person reads them, one line each, so that snapshots show the message and not its JSON. */
export function asRead(blocks: ModalView['blocks']): string {
  return spaced(blocks.map((block) => line(block as KnownBlock)).join('\n'));
}

/** Spaces that do not wrap look like others. */
export function spaced(text: string): string {
  return text.replaceAll('\u00a0', ' ');
}

function line(block: KnownBlock): string {
  switch (block.type) {
    case 'header':
      return `# ${block.text.text}`;
    case 'section': {
      const accessory = block.accessory === undefined ? '' : ` ${element(block.accessory)}`;
      return (
        [block.text?.text, ...(block.fields ?? []).map(({ text }) => text.replace('\n', ' '))]
          .filter(Boolean)
          .join('\n') + accessory
      );
    }
    case 'context':
      return block.elements.map((part) => `(${'text' in part ? part.text : 'image'})`).join(' ');
    case 'image':
      return `<image: ${block.alt_text}>`;
    case 'actions':
      return block.elements.map(element).join(' ');
    case 'input':
      return `${block.label.text}${block.optional ? ' (optional)' : ''}: ${element(block.element)}`;
    default:
      return block.type;
  }
}

/** Only what people can see of an element. */
function element(shown: object): string {
  const { text, placeholder, options } = shown as {
    text?: { text: string };
    placeholder?: { text: string };
    options?: { text: { text: string } }[];
  };
  if (options) return `{ ${options.map((option) => option.text.text).join(' | ')} }`;
  return `[${text?.text ?? placeholder?.text}]`;
}
