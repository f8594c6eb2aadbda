/** As what an event is handed on: a webhook of Movoice, or a delivery of the relay. */
export const shapes = ['movoice', 'relay'] as const
export type Shape = (typeof shapes)[number]
