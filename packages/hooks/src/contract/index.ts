export * from './delivery.ts'
export * from './subscription.ts'
