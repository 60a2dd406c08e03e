import { expect, test } from 'vitest';
import {
  checkHome,
  checkMessageBlocks,
  checkMetadata,
  checkModal,
  checkSuggestions,
  checkText,
} from '../../src/workspace/blocks/limits.ts';
import { SlackError } from '../../src/workspace/slack-error.ts';

const plain = (length: number) => ({ type: 'plain_text', text: 'x'.repeat(length) });
const button = (more: object = {}) => ({ type: 'button', text: plain(3), ...more });
const actions = (...elements: object[]) => ({ type: 'actions', elements });
const option = (length: number, value = 'v') => ({ text: plain(length), value });
const select = (more: object) => actions({ type: 'static_select', options: [option(3)], ...more });
const confirm = (more: object) => actions(button({ confirm: { text: plain(3), ...more } }));
const image = (more: object = {}) => ({
  type: 'image',
  image_url: 'https://example.com/a.png',
  alt_text: 'a',
  ...more,
});
const times = (count: number, item: object) => Array.from({ length: count }, () => item);
const cell = (text: string) => ({ type: 'raw_text', text });

/** Each rule: what still passes, and the smallest step beyond it. */
const messageRules: [rule: string, allowed: unknown[], refused: unknown[], says: RegExp][] = [
  ['50 blocks', times(50, { type: 'divider' }), times(51, { type: 'divider' }), /no more than 50 items.*\/blocks\]/],
  ['25 elements in actions', [actions(...times(25, button()))], [actions(...times(26, button()))], /no more than 25/],
  ['1 element in actions', [actions(button())], [actions()], /no fewer than 1/],
  [
    '10 elements in context',
    [{ type: 'context', elements: times(10, plain(3)) }],
    [{ type: 'context', elements: times(11, plain(3)) }],
    /no more than 10/,
  ],
  [
    'header 150',
    [{ type: 'header', text: plain(150) }],
    [{ type: 'header', text: plain(151) }],
    /less than 151 characters.*\/blocks\/0\/text\/text/,
  ],
  [
    'section 3000',
    [{ type: 'section', text: plain(3000) }],
    [{ type: 'section', text: plain(3001) }],
    /less than 3001/,
  ],
  ['section 1', [{ type: 'section', text: plain(1) }], [{ type: 'section', text: plain(0) }], /more than 0/],
  [
    '10 fields',
    [{ type: 'section', fields: times(10, plain(3)) }],
    [{ type: 'section', fields: times(11, plain(3)) }],
    /no more than 10/,
  ],
  [
    'field 2000',
    [{ type: 'section', fields: [plain(2000)] }],
    [{ type: 'section', fields: [plain(2001)] }],
    /less than 2001/,
  ],
  ['text or fields', [{ type: 'section', text: plain(3) }], [{ type: 'section' }], /provide text or fields/],
  ['button text 75', [actions(button({ text: plain(75) }))], [actions(button({ text: plain(76) }))], /less than 76/],
  [
    'button value 2000',
    [actions(button({ value: 'x'.repeat(2000) }))],
    [actions(button({ value: 'x'.repeat(2001) }))],
    /less than 2001/,
  ],
  ['button style', [actions(button({ style: 'danger' }))], [actions(button({ style: 'loud' }))], /style/],
  [
    'action_id 255',
    [actions(button({ action_id: 'x'.repeat(255) }))],
    [actions(button({ action_id: 'x'.repeat(256) }))],
    /less than 256/,
  ],
  [
    'action_id once a block',
    [actions(button({ action_id: 'a' }), button({ action_id: 'b' }))],
    [actions(button({ action_id: 'a' }), button({ action_id: 'a' }))],
    /"a" already exists/,
  ],
  [
    'block_id 255',
    [{ type: 'divider', block_id: 'x'.repeat(255) }],
    [{ type: 'divider', block_id: 'x'.repeat(256) }],
    /less than 256/,
  ],
  [
    'block_id once a message',
    [
      { type: 'divider', block_id: 'a' },
      { type: 'divider', block_id: 'b' },
    ],
    [
      { type: 'divider', block_id: 'a' },
      { type: 'divider', block_id: 'a' },
    ],
    /"a" already exists/,
  ],
  ['alt text 2000', [image({ alt_text: 'x'.repeat(2000) })], [image({ alt_text: 'x'.repeat(2001) })], /less than 2001/],
  ['alt text there', [image()], [image({ alt_text: undefined })], /missing required field: alt_text/],
  ['one image source', [image()], [image({ slack_file: { id: 'F1' } })], /either image_url or slack_file/],
  [
    '100 options',
    [select({ options: times(100, option(3)) })],
    [select({ options: times(101, option(3)) })],
    /no more than 100/,
  ],
  ['option text 75', [select({ options: [option(75)] })], [select({ options: [option(76)] })], /less than 76/],
  [
    'initial option known',
    [select({ initial_option: option(3) })],
    [select({ initial_option: option(3, 'w') })],
    /exactly match/,
  ],
  ['placeholder 150', [select({ placeholder: plain(150) })], [select({ placeholder: plain(151) })], /less than 151/],
  [
    '5 overflow options',
    [actions({ type: 'overflow', options: times(5, option(3)) })],
    [actions({ type: 'overflow', options: times(6, option(3)) })],
    /no more than 5/,
  ],
  ['confirm title 100', [confirm({ title: plain(100) })], [confirm({ title: plain(101) })], /less than 101/],
  ['confirm text 300', [confirm({ text: plain(300) })], [confirm({ text: plain(301) })], /less than 301/],
  ['confirm button 30', [confirm({ confirm: plain(30) })], [confirm({ confirm: plain(31) })], /less than 31/],
  ['deny button 30', [confirm({ deny: plain(30) })], [confirm({ deny: plain(31) })], /less than 31/],
  [
    '100 table rows',
    [{ type: 'table', rows: times(100, [cell('a')]) }],
    [{ type: 'table', rows: times(101, [cell('a')]) }],
    /no more than 100/,
  ],
  [
    '20 table columns',
    [{ type: 'table', rows: [times(20, cell('a'))] }],
    [{ type: 'table', rows: [times(21, cell('a'))] }],
    /no more than 20/,
  ],
  [
    'one table',
    [{ type: 'table', rows: [[cell('a')]] }],
    times(2, { type: 'table', rows: [[cell('a')]] }),
    /only_one_table_allowed/,
  ],
  [
    'no unknown property',
    [{ type: 'divider' }],
    [{ type: 'divider', color: 'red' }],
    /invalid additional property: color/,
  ],
  ['no unknown block', [{ type: 'divider' }], [{ type: 'marquee' }], /unsupported type/],
  [
    '11,000 characters in all',
    times(3, { type: 'section', text: plain(3000) }),
    times(4, { type: 'section', text: plain(3000) }),
    /msg_blocks_too_long/,
  ],
];

test.each(messageRules)('a message keeps to: %s', (_rule, allowed, refused, says) => {
  expect(() => checkMessageBlocks(allowed)).not.toThrow();
  expect(() => checkMessageBlocks(refused)).toThrow(says);
});

const modal = (more: object = {}) => ({ type: 'modal', title: plain(3), blocks: [], ...more });
const input = { type: 'input', label: plain(3), element: { type: 'plain_text_input' } };
const focused = { ...input, element: { type: 'plain_text_input', focus_on_load: true } };

const modalRules: [rule: string, allowed: unknown, refused: unknown, says: RegExp][] = [
  [
    '100 blocks',
    modal({ blocks: times(100, { type: 'divider' }) }),
    modal({ blocks: times(101, { type: 'divider' }) }),
    /no more than 100/,
  ],
  ['title 24', modal({ title: plain(24) }), modal({ title: plain(25) }), /less than 25.*\/view\/title\/text/],
  ['submit 24', modal({ submit: plain(24) }), modal({ submit: plain(25) }), /less than 25/],
  ['close 24', modal({ close: plain(24) }), modal({ close: plain(25) }), /less than 25/],
  [
    'submit beside inputs',
    modal({ submit: plain(3), blocks: [input] }),
    modal({ blocks: [input] }),
    /missing required field: submit/,
  ],
  [
    'private_metadata 3000',
    modal({ private_metadata: 'x'.repeat(3000) }),
    modal({ private_metadata: 'x'.repeat(3001) }),
    /less than 3001/,
  ],
  [
    'callback_id 255',
    modal({ callback_id: 'x'.repeat(255) }),
    modal({ callback_id: 'x'.repeat(256) }),
    /less than 256/,
  ],
  [
    'one focus',
    modal({ submit: plain(3), blocks: [focused, input] }),
    modal({ submit: plain(3), blocks: [focused, focused] }),
    /only one element may have focus_on_load/,
  ],
  [
    'no table',
    modal({ blocks: [{ type: 'divider' }] }),
    modal({ blocks: [{ type: 'table', rows: [[cell('a')]] }] }),
    /unsupported type/,
  ],
  [
    '250 kB',
    modal({ blocks: times(80, { type: 'section', text: plain(3000) }) }),
    modal({ blocks: times(90, { type: 'section', text: plain(3000) }) }),
    /view_too_large/,
  ],
];

test.each(modalRules)('a modal keeps to: %s', (_rule, allowed, refused, says) => {
  expect(() => checkModal(allowed)).not.toThrow();
  expect(() => checkModal(refused)).toThrow(says);
});

test('App Home has no title', () => {
  expect(() => checkHome({ type: 'home', blocks: [] })).not.toThrow();
  expect(() => checkHome({ type: 'home', blocks: [], title: plain(3) })).toThrow(/invalid additional property: title/);
});

test('an edited text may have 4,000 characters, a new one 40,000', () => {
  expect(() => checkText('x'.repeat(4000), { isUpdate: true })).not.toThrow();
  expect(() => checkText('x'.repeat(4001), { isUpdate: true })).toThrow(/msg_too_long/);
  expect(() => checkText('x'.repeat(40_000), { isUpdate: false })).not.toThrow();
  expect(() => checkText('x'.repeat(40_001), { isUpdate: false })).toThrow(/msg_too_long/);
});

test('a typeahead answer holds at most 100 options', () => {
  expect(() => checkSuggestions({ options: times(100, option(3)) })).not.toThrow();
  expect(() => checkSuggestions({ options: times(101, option(3)) })).toThrow(SlackError);
});

test('metadata is an event type and a payload', () => {
  expect(() => checkMetadata({ event_type: 'card', event_payload: { key: 'a' } })).not.toThrow();
  expect(() => checkMetadata({ event_type: 'card' })).toThrow(/invalid_metadata_format.*event_payload/);
});
