import { type BadDays, strikes } from '../bad-days.ts';
import { type Office, report } from '../person/people.ts';
import { APP } from '../scene.ts';
import { SlackError } from '../slack-error.ts';
import type { State } from '../state.ts';
import { deleteMessage, getPermalink, postEphemeral, postMessage, updateMessage } from './chat-methods.ts';
import type { Args } from './compose.ts';
import { authTest, conversationInfo, history, ownConversations, replies, userInfo } from './conversation-methods.ts';
import { completeUpload, deleteFile, fileInfo, getUploadUrl, listFiles } from './file-methods.ts';
import type { RateLimiter } from './rates.ts';
import type { Rights } from './rights.ts';
import { openView, publishView, pushView, updateView } from './view-methods.ts';

/** What an app has to show: made anew for each run. */
export type WorkspaceTokens = { readonly bot: string; readonly app: string };

/** An answer as it goes over HTTP; `isLost` when the call was carried out but nobody may hear of it. */
type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
  readonly isLost: boolean;
  readonly delayMs: number;
};

/** Carries out one call, or says why not. */
export type WebApi = (method: string, token: string | undefined, args: Args) => Answer;

type Method = (args: Args) => Record<string, unknown>;

/** Slack's Web API: checks the token, the scope, the rate and every limit, then carries the call out. */
export function createWebApi(setup: {
  readonly office: Office;
  readonly badDays: BadDays;
  readonly tokens: WorkspaceTokens;
  readonly rateLimiter: RateLimiter;
}): WebApi {
  const { office, badDays, tokens, rateLimiter } = setup;
  const { state, rights } = office;

  const methods = methodsOf(office);

  function carryOut(method: string, token: string | undefined, args: Args): Record<string, unknown> {
    const carry = methods[method];
    if (!carry) throw new SlackError('unknown_method', [`${method} does not exist here`], { req_method: method });
    checkToken(tokens, method, token);
    rights.checkScope(method);
    return { ok: true, ...carry(decodeJsonFields(args)) };
  }

  const log = (method: string, args: Args, error?: string) => logCall(state, method, args, error);

  /** 429 or 500 before anything is done, or undefined when the call may go on. */
  function turnAway(method: string, args: Args, isMeant: boolean): Answer | undefined {
    if (isMeant && strikes(badDays, 'serverErrors')) {
      log(method, args, 'internal_error');
      return answer(500, { ok: false, error: 'internal_error' });
    }
    const isForced = isMeant && strikes(badDays, 'rateLimited');
    const waitS = isForced ? badDays.retryAfterS : rateLimiter.take(method, textOf(args.channel), state.now());
    if (waitS === undefined) return undefined;
    log(method, args, 'ratelimited');
    if (!isForced) {
      const explanation = `too many calls of ${method}; Retry-After: ${waitS} s`;
      state.addViolation({ level: 'warning', where: method, code: 'ratelimited', explanation });
    }
    return answer(429, { ok: false, error: 'ratelimited' }, { 'retry-after': String(waitS) });
  }

  function tryTo(method: string, token: string | undefined, args: Args, isMeant: boolean): Answer {
    try {
      if (isMeant && strikes(badDays, 'refusedCalls')) throw new SlackError(badDays.refusalCode);
      const body = carryOut(method, token, args);
      log(method, args);
      return answer(200, body, token === tokens.bot ? scopesOf(rights) : {});
    } catch (error) {
      report(state, method, error);
      if (!(error instanceof SlackError)) throw error;
      log(method, args, error.code);
      return answer(200, error.toAnswer());
    }
  }

  return (method, token, args) => {
    const isMeant = method.startsWith(badDays.onlyMethod);
    const delayMs = isMeant ? badDays.replyDelayMs : 0;
    const refusal = turnAway(method, args, isMeant);
    if (refusal) return { ...refusal, delayMs };
    return { ...tryTo(method, token, args, isMeant), isLost: isMeant && strikes(badDays, 'lostReplies'), delayMs };
  };
}

/** The methods by name; each checks its own arguments. */
function methodsOf({ state, rights, triggers, socketMode, origin }: Office): Readonly<Record<string, Method>> {
  return {
    'api.test': () => ({}),
    'auth.test': () => authTest(state),
    'apps.connections.open': () => ({ url: origin().replace('http:', 'ws:') + socketMode.openTicket() }),
    'chat.postMessage': (args) => postMessage(state, args),
    'chat.update': (args) => updateMessage(state, args),
    'chat.delete': (args) => deleteMessage(state, args),
    'chat.postEphemeral': (args) => postEphemeral(state, args),
    'chat.getPermalink': (args) => getPermalink(state, args),
    'conversations.history': (args) => history(state, args),
    'conversations.replies': (args) => replies(state, args),
    'conversations.info': (args) => conversationInfo(state, args),
    'users.conversations': () => ownConversations(state),
    'users.info': (args) => userInfo(state, args),
    'views.open': (args) => openView(state, triggers, args),
    'views.push': (args) => pushView(state, triggers, args),
    'views.update': (args) => updateView(state, args),
    'views.publish': (args) => publishView(state, rights, args),
    'files.getUploadURLExternal': (args) => getUploadUrl(state, origin(), args),
    'files.completeUploadExternal': (args) => completeUpload(state, args),
    'files.info': (args) => fileInfo(state, args),
    'files.delete': (args) => deleteFile(state, args),
    'files.list': (args) => listFiles(state, args),
  };
}

function checkToken(tokens: WorkspaceTokens, method: string, token: string | undefined): void {
  if (token === undefined) throw new SlackError('not_authed', ['send the token as "Authorization: Bearer …"']);
  if (token !== tokens.bot && token !== tokens.app) throw new SlackError('invalid_auth');
  const wanted = method === 'apps.connections.open' ? tokens.app : tokens.bot;
  if (token !== wanted) throw new SlackError('not_allowed_token_type', [`${method} takes the other token`]);
}

function scopesOf({ scopes }: Rights): Record<string, string> {
  return scopes === undefined ? {} : { 'x-oauth-scopes': scopes.join(',') };
}

/** Remembers a call without its token. */
function logCall(state: State, method: string, args: Args, error: string | undefined): void {
  const { token: _token, ...shown } = args;
  state.logCall({ at: state.now(), method, args: shown, ...(error === undefined ? {} : { error }) });
}

function answer(status: number, body: Record<string, unknown>, headers: Record<string, string> = {}): Answer {
  const scopes = { 'x-slack-team': APP.team };
  return { status, body, headers: { ...scopes, ...headers }, isLost: false, delayMs: 0 };
}

const JSON_FIELDS = ['blocks', 'attachments', 'metadata', 'view', 'files'];

/** The SDK sends forms, in which structured arguments are JSON texts. */
function decodeJsonFields(args: Args): Args {
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => {
      if (!JSON_FIELDS.includes(name) || typeof value !== 'string') return [name, value];
      try {
        return [name, JSON.parse(value)];
      } catch {
        throw new SlackError(name === 'blocks' ? 'invalid_blocks_format' : 'invalid_arguments', [
          `${name} is not JSON`,
        ]);
      }
    }),
  );
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
