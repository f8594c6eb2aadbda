export { createSlack, type OAuthOptions, type SlackApp, type SlackOptions } from './create-slack.ts'
export { defaultNames, type ManifestOptions, manifest, scopes } from './manifest.ts'
export { parseCall } from './parse/parse-call.ts'
export { Keyring } from './store/keyring.ts'
