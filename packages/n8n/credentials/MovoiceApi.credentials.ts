import type {
  ICredentialDataDecryptedObject,
  ICredentialTestRequest,
  ICredentialType,
  Icon,
  IHttpRequestOptions,
  INodeProperties,
} from 'n8n-workflow'

export class MovoiceApi implements ICredentialType {
  name = 'movoiceApi'

  displayName = 'Movoice API'

  icon: Icon = { light: 'file:../icons/movoice.svg', dark: 'file:../icons/movoice.dark.svg' }

  documentationUrl = 'https://github.com/movoice-kit/movoice-kit/blob/main/docs/n8n.md#the-credential'

  properties: INodeProperties[] = [
    {
      displayName: 'API Key',
      name: 'apiKey',
      type: 'string',
      typeOptions: { password: true },
      required: true,
      default: '',
      description: 'From the Movoice dashboard, under Settings → API Keys',
    },
    {
      displayName: 'Base URL',
      name: 'baseUrl',
      type: 'string',
      default: 'https://api.movoice.ai/v1',
      description: 'Change it only to reach a sandbox or a proxy',
    },
    {
      displayName: 'Webhook Secret',
      name: 'webhookSecret',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      description:
        'From the Movoice dashboard, under Settings → Webhooks. The trigger refuses every webhook that is not signed with it.',
    },
    {
      displayName: 'Hooks Server URL',
      name: 'hooksUrl',
      type: 'string',
      default: '',
      placeholder: 'e.g. https://hooks.example.com',
      description:
        'A Movoice hooks server, if you run one: the trigger then registers itself, and Create and Wait is resumed the moment a call ends',
    },
    {
      displayName: 'Hooks Server Token',
      name: 'hooksToken',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      description: 'The HOOKS_TOKEN of that hooks server',
    },
  ]

  // A function and not an expression: n8n can evaluate expressions only while a workflow runs, and a trigger that
  // polls asks between runs.
  async authenticate(
    credentials: ICredentialDataDecryptedObject,
    options: IHttpRequestOptions,
  ): Promise<IHttpRequestOptions> {
    return {
      ...options,
      headers: { ...options.headers, Authorization: `Bearer ${String(credentials.apiKey).trim()}` },
    }
  }

  test: ICredentialTestRequest = {
    request: {
      baseURL: '={{ ($credentials.baseUrl || "https://api.movoice.ai/v1").trim().replace(/\\/+$/, "") }}',
      url: '/agents',
    },
    rules: [
      {
        type: 'responseCode',
        properties: {
          value: 401,
          message:
            'The API key is not accepted: copy it again from the dashboard, under Settings → API Keys.',
        },
      },
      {
        type: 'responseCode',
        properties: { value: 403, message: 'The API key may not list agents: ask the account’s owner.' },
      },
      {
        type: 'responseCode',
        properties: { value: 404, message: 'There is no Movoice API at this base URL.' },
      },
    ],
  }
}
