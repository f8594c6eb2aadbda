export { hooksCommand } from './hooks-command.ts'
