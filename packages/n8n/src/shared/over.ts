import { type Call, defaultAssumptions } from '@movoice-kit/core/contract'

/** Whether nothing more will happen on the line. */
export const isOver = ({ status }: Pick<Call, 'status'>): boolean =>
  defaultAssumptions.terminalStatuses.includes(status)

/** Whether a call is over and all it will say of itself is there: summary and transcript come a little later. */
export const isWhole = (call: Call): boolean =>
  isOver(call) && (call.status !== 'completed' || (Boolean(call.summary) && call.transcript != null))
