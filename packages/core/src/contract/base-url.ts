/** Where the API lives. Source: API reference. */
export const DEFAULT_BASE_URL = 'https://api.movoice.ai/v1'
