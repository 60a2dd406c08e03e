import { person, safe } from '../mrkdwn.ts';
import { count } from '../numbers.ts';
import { askAdmin, list } from '../phrases.ts';

/** What commands answer, and what is said where one may not or cannot be carried out. */
export const commands = {
  denied: {
    team: 'Model Picker only answers people from its own workspace.',
    channel: (channel: string) => `Model Picker works in <#${channel}>. Please go there.`,
    person: (admins: readonly string[]) => `You are not on the list of people who may label. ${askAdmin(admins)}`,
    admin: (admins: readonly string[]) => `Only an admin may do this. ${askAdmin(admins)}`,
    joinFirst: (channel: string) =>
      `Labeling starts in <#${channel}>: press *Label on my own* on the card there. After that it works from here too.`,
  },
  failed: {
    general: 'Something went wrong and your last action may not have been saved. Please try it again.',
    disk: 'Nothing was saved: the bot’s disk is full or can’t be written. Please tell whoever runs it, and try again once it is fixed.',
    busy: (seconds: number) => `Slack asks us to wait. Please try again in ${count(seconds, 'second')}.`,
  },
  commands: {
    unknown: (word: string, nearest?: string) =>
      `I don’t know \`${safe(word)}\`.${nearest === undefined ? '' : `${perhaps(nearest)} All commands: \`/modelpicker help\`.`}`,
    leftOver: (name: string, word: string, nearest?: string) =>
      `Nothing is done: I don’t know what \`${safe(word)}\` means after \`${name}\`.${perhaps(nearest ?? name)}`,
    nobody: (word: string, labeled: readonly string[], nearest?: string) =>
      `Nothing is undone: I don’t know who \`${safe(word)}\` is.${nearest === undefined ? '' : perhaps(nearest)} Type @ and pick the person from the list: \`/modelpicker undo @name\`.` +
      (labeled.length === 0 ? '' : ` In this batch, labels are by ${list(labeled.map(person))}.`),
    noBatch: (word: string, name: string, nearest?: string) =>
      nearest === undefined
        ? `There is no batch \`${safe(word)}\`, nor any other yet.`
        : `There is no batch \`${safe(word)}\`. The nearest is \`/modelpicker ${name} ${safe(nearest)}\`.`,
    needsWindow: (name: string) =>
      `\`${name}\` opens a window, which Slack lets me do only after \`/modelpicker ${name}\`, or a button.`,
    intro: 'Model Picker finds which model fits each day’s images best, from as few labels as possible.',
    help: {
      status: 'where the current batch stands, for your eyes only; `status 2026-11-02` for another batch',
      label: 'label on your own, one image after another',
      undo: 'take back your last label (admins: `undo @name`)',
      history: 'who said what; undo any of your labels',
      models: 'all models and how they are doing; `models NAME` for what one got wrong',
      trend: 'the last batches in one picture: who won, how often it was right, how many labels it took',
      trust: 'how often what was announced has been true, by images drawn at random',
      people: 'how people agree with each other, for your eyes only (admins)',
      rollback: 'go back to an earlier winner (admins)',
      deploy: 'pin a model of the pool: `deploy NAME`, and why (admins)',
      unpin: 'let the last winner serve again (admins)',
      pause: 'stop asking (admins)',
      resume: 'start asking again (admins)',
      export: 'all labels, and one settled label an image, as CSV files',
      help: 'this list',
      version: 'which version of the bot this is',
    },
  },
};

function perhaps(command: string): string {
  return ` Did you mean \`/modelpicker ${command}\`?`;
}
