// What a number tells of whom it rings: apart from phone.ts, as the tables behind it are ten times as large.
export { isDoubtful, type NumberKind, numberKind } from './number-kind.ts'
export { localTimes, minuteOfDay, readTime, zonesOf } from './zones.ts'
