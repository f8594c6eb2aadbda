import { GLOBAL_SHORTCUT, MESSAGE_SHORTCUT } from './app/shortcut-ids.ts'
import type { CommandNames } from './words/words.ts'

/** Every right the app asks for, and what for. Nothing else is asked for. */
export const scopes = {
  commands: 'The two commands and the shortcuts.',
  'chat:write': 'The card of each call, its thread, and questions that only the caller sees.',
  'chat:write.public': 'Cards in public channels without inviting the app to each.',
  'users:read': 'Who is a guest and who an admin, and the language to answer in.',
  'im:write': 'To tell a caller alone where the app is not in the channel.',
  'files:read': 'The CSV file of a batch.',
  'files:write': 'Results, transcripts and the audit log as files.',
} as const
/** Asked for only if callers are named by user group. */
export const groupScope = { 'usergroups:read': 'Who is in the user groups that may call.' } as const

/** Asked for only where a thread is to be told exactly once even if Slack's answer is lost for long. */
export const historyScopes = {
  'channels:history': 'Whether the thread of a card was told already, in public channels the app is in.',
  'groups:history': 'The same, in private channels.',
  'im:history': 'The same, in conversations with the app.',
  'mpim:history': 'The same, in conversations of several.',
} as const

/** Rights that are asked for only where they are wanted. */
export interface Rights {
  /** With the right to read user groups, to name callers by them. */
  readonly groups?: boolean | undefined
  /** With the right to read threads, to see whether a note that Slack did not confirm is there. */
  readonly history?: boolean | undefined
}

/** Every scope that is asked for: by the manifest, and by the link that installs the app. */
export const scopesFor = ({ groups = false, history = false }: Rights = {}): string[] => [
  ...Object.keys(scopes),
  ...(groups ? Object.keys(groupScope) : []),
  ...(history ? Object.keys(historyScopes) : []),
]

/** What the app’s manifest depends on. */
export interface ManifestOptions extends Rights {
  /** Where Slack reaches the app, without a path; not needed over a socket. */
  readonly publicUrl?: string | undefined
  readonly socket?: boolean | undefined
  readonly names?: CommandNames | undefined
  /** For many workspaces: OAuth with rotating tokens, and whole organisations. */
  readonly distributed?: boolean | undefined
}

/** What the commands are called unless the options say otherwise. */
export const defaultNames: CommandNames = { call: '/call', umbrella: '/movoice' }

/**
 * The manifest to create the app from: https://api.slack.com/apps → Create New App → From a manifest.
 *
 * @throws RangeError if the names or the URL are none Slack takes
 * @example
 * JSON.stringify(manifest({ publicUrl: 'https://calls.example.com' }), null, 2)
 */
export function manifest({
  publicUrl,
  socket = false,
  names = defaultNames,
  groups = false,
  history = false,
  distributed = false,
}: ManifestOptions) {
  for (const name of [names.call, names.umbrella]) {
    if (!/^\/[a-z0-9_-]{1,31}$/.test(name))
      throw new RangeError(
        `${name} is no name of a command: a slash, then lower-case letters, digits, - or _.`,
      )
  }
  if (names.call === names.umbrella) throw new RangeError('The two commands need two names.')
  if (!socket && (publicUrl === undefined || !/^https:\/\/[^\s/?#]+$/.test(publicUrl))) {
    throw new RangeError('The public URL must be https, without a path, such as https://calls.example.com.')
  }
  const url = `${publicUrl}/slack/events`
  const request = socket ? {} : { url }
  return {
    _metadata: { major_version: 2, minor_version: 1 },
    display_information: {
      name: 'Movoice',
      description: 'Place phone calls with a voice agent, and get the result here.',
      long_description:
        'Type a phone number, and a Movoice voice agent calls it, talks, and brings back the outcome, a summary and the transcript to the conversation where it was asked for. Every call is confirmed first, with the local time of the person who is called; quotas, quiet hours and a do-not-call list are kept at every step.',
      background_color: '#1d1c4a',
    },
    features: {
      app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: true },
      bot_user: { display_name: 'Movoice', always_online: true },
      shortcuts: [
        {
          name: 'Call this number',
          type: 'message',
          callback_id: MESSAGE_SHORTCUT,
          description: 'Place a call to a number in this message',
        },
        {
          name: 'Place a call',
          type: 'global',
          callback_id: GLOBAL_SHORTCUT,
          description: 'Have a voice agent call somebody',
        },
      ],
      slash_commands: [
        {
          command: names.call,
          description: 'Have a voice agent call a number',
          usage_hint: '+91 98765 43210 agent name="Asha"',
          should_escape: false,
          ...request,
        },
        {
          command: names.umbrella,
          description: 'Calls, agents, batches and settings',
          usage_hint: 'call | status | calls | agents | agent | batch | settings | help',
          should_escape: false,
          ...request,
        },
      ],
    },
    oauth_config: {
      ...(distributed && publicUrl !== undefined && { redirect_urls: [`${publicUrl}/slack/oauth_redirect`] }),
      scopes: { bot: scopesFor({ groups, history }) },
    },
    settings: {
      event_subscriptions: {
        ...(!socket && { request_url: url }),
        bot_events: [
          'app_home_opened',
          'app_uninstalled',
          'tokens_revoked',
          // Only whole organisations take workspaces out.
          ...(distributed ? ['team_access_revoked'] : []),
        ],
      },
      interactivity: {
        is_enabled: true,
        ...(!socket && { request_url: url, message_menu_options_url: url }),
      },
      org_deploy_enabled: distributed,
      socket_mode_enabled: socket,
      token_rotation_enabled: distributed,
    },
  }
}
