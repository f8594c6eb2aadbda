// What flags are made of, without the schemas: whoever asks how a command is used does not wait for those.
export { type WebhookEventType, webhookEventTypes } from '../contract/event-types.ts'
export { VERSION } from '../contract/version.ts'
export {
  CommandError,
  type CommandErrorDetails,
  ConfigurationError,
  isCommandError,
} from './command-error.ts'
export { dialling } from './dialling.ts'
export { type ExitCode, exitCodes } from './exit-codes.ts'
export { describeFailure, type Failure } from './failure.ts'
export type { CommandIo } from './io.ts'
export { explainListen, readPort } from './listen.ts'
export { processIo } from './process-io.ts'
export { type RunnableCommand, runCommand } from './run.ts'
export { type MovoiceSettings, readMovoiceSettings, readSecrets } from './settings.ts'
